/// The data plane that is the Linux kernel: security associations and policies by `NETLINK_XFRM`.
package io.vanth.dataplane.netlink.xfrm;
