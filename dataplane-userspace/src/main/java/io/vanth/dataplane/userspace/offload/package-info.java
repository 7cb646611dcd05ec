/// What a network card would do: cutting super-packets of TCP and UDP into segments, joining segments into super-packets, and
/// checksums.
package io.vanth.dataplane.userspace.offload;
