/// Policies as the engine uses them: which one decides about a packet.
package io.vanth.dataplane.userspace.spd;
