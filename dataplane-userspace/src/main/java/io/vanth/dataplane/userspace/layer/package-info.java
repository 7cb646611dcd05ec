/// What one SA does to an IP packet: its protocol inside, tunnel or transport mode outside.
package io.vanth.dataplane.userspace.layer;
