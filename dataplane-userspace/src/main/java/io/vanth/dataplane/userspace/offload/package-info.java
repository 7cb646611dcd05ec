/// What a network card would do: cutting TCP super-packets into segments, joining segments into super-packets, and
/// checksums.
package io.vanth.dataplane.userspace.offload;
