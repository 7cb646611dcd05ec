/// The calls to the C library that packets go through, and waiting for more of them.
package io.vanth.dataplane.userspace.linux;
