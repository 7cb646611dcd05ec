package io.vanth.dataplane.userspace.sad;

import java.util.ArrayList;
import java.util.List;

/// The outbound bundles of one group: the newest is used, older ones stay until they are removed. A bundle of which one
/// SA was removed is used no more. Changed by the control
/// thread, read by the outbound agent.
public final class OutboundSlot {
    private final List<OutboundBundle> installed = new ArrayList<>();
    private int policies;
    private volatile OutboundBundle current;

    OutboundSlot() {}

    /// The bundle to use now, or null.
    public OutboundBundle current() {
        return current;
    }

    void addPolicy() {
        policies++;
    }

    void removePolicy() {
        policies--;
    }

    /// Whether neither an SA nor a policy needs the slot.
    boolean isUnused() {
        return policies == 0 && installed.isEmpty();
    }

    void add(OutboundBundle bundle) {
        installed.add(bundle);
        current = bundle;
    }

    void remove(OutboundSa association) {
        installed.removeIf(bundle -> bundle.contains(association));
        current = installed.isEmpty() ? null : installed.getLast();
    }
}
