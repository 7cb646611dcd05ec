/// Network namespaces for tests that touch the kernel.
package io.vanth.dataplane.netlink.testkit;
