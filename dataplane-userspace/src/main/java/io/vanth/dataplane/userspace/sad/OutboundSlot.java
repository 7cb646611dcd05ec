package io.vanth.dataplane.userspace.sad;

import java.util.ArrayList;
import java.util.List;

/// The outbound SAs of one group: the newest is used, older ones stay until they are removed. Changed by the control
/// thread, read by the outbound agent.
public final class OutboundSlot {
    private final List<OutboundSa> installed = new ArrayList<>();
    private int policies;
    private volatile OutboundSa current;

    OutboundSlot() {}

    /// The SA to use now, or null.
    public OutboundSa current() {
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

    void add(OutboundSa association) {
        installed.add(association);
        current = association;
    }

    void remove(OutboundSa association) {
        installed.remove(association);
        current = installed.isEmpty() ? null : installed.getLast();
    }
}
