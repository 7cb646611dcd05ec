/// The bytes of the packets that the engine handles: where each field stands, and nothing else.
package io.vanth.dataplane.userspace.wire;
