/// What the host's own network needs besides a TUN device: routes into it and protection from leaks around it.
package io.vanth.dataplane.userspace.route;
