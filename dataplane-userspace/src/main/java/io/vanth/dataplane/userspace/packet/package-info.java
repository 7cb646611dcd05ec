/// Packets in batches: one array that holds many of them, and what is known about each.
package io.vanth.dataplane.userspace.packet;
