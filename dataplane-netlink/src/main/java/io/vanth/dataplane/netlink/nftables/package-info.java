/// The kernel's packet filter, nftables: tables of the own name, changed in transactions.
package io.vanth.dataplane.netlink.nftables;
