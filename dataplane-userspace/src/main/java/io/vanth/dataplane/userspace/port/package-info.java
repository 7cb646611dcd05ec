/// The sockets that carry sealed packets between hosts, or a switch in memory.
package io.vanth.dataplane.userspace.port;
