/// Calls the C library by the foreign function API: the only native code of this module, and the base of that of others.
package io.vanth.dataplane.netlink.linux;
