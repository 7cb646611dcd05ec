/// Interfaces, addresses, routes and routing rules of the kernel (`rtnetlink(7)`).
package io.vanth.dataplane.netlink.route;
