/// The interface on which inner packets are seen: a TUN device, or a pair of queues in memory.
package io.vanth.dataplane.userspace.tun;
