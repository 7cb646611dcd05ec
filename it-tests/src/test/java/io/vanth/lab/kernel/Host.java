package io.vanth.lab.kernel;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;

/// One of two hosts on a wire, in a network namespace of its own.
interface Host extends AutoCloseable {
    /// Where it is.
    NetworkNamespace namespace();

    /// Protects the packets of both directions, seen from here.
    void protect(Flow outbound, Flow inbound) throws Exception;

    /// What it counted, to show after a failure.
    String counters() throws Exception;

    @Override
    void close();
}
