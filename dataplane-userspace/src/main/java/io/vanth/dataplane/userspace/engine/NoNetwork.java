package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.userspace.route.NetworkSetup;

/// Where nothing is to be routed: in memory, or when the operator does it.
final class NoNetwork implements NetworkSetup {
    @Override
    public void add(Policy policy) {}

    @Override
    public void remove(Policy policy) {}

    @Override
    public void settle() {}

    @Override
    public void close() {}
}
