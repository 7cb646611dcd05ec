/// Netlink itself: sockets, the framing of messages and attributes, answers and errors, for every family of it.
package io.vanth.dataplane.netlink.message;
