/// The engine: agents that move packets between a TUN device and UDP, and the data plane that directs them.
package io.vanth.dataplane.userspace.engine;
