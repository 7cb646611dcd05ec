package io.vanth.ike.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The ISAKMP SAs of one connection, the newest last. Its peers may be several, where their identity is left open: of each
/// the newest is in use.
final class SessionOrder {
    /// What all peers together may have at once: with an identity of its own each, one credential makes any number.
    static final int MAX = 1024;

    private final List<IsakmpSa> sas = new ArrayList<>();

    /// Adds the newest; the oldest, if there are too many now.
    Optional<IsakmpSa> add(IsakmpSa sa) {
        sas.add(sa);
        return sas.size() > MAX ? Optional.of(sas.getFirst()) : Optional.empty();
    }

    void remove(IsakmpSa sa) {
        sas.remove(sa);
    }

    /// From here on this one is the newest.
    void prefer(IsakmpSa sa) {
        if (sas.remove(sa)) {
            sas.add(sa);
        }
    }

    List<IsakmpSa> all() {
        return List.copyOf(sas);
    }

    /// Those with the same peer.
    List<IsakmpSa> with(IsakmpSa peers) {
        return sas.stream().filter(peers::samePeer).toList();
    }

    Optional<IsakmpSa> newest() {
        return sas.isEmpty() ? Optional.empty() : Optional.of(sas.getLast());
    }

    Optional<IsakmpSa> newest(IsakmpSa peers) {
        return with(peers).reversed().stream().findFirst();
    }

    /// Whether it is the newest with its peer.
    boolean inUse(IsakmpSa sa) {
        return newest(sa).filter(each -> each == sa).isPresent();
    }

    /// The one that is to be replaced next.
    Optional<IsakmpSa> replaceable() {
        return sas.stream().filter(each -> each.due() && inUse(each)).findFirst().or(this::newest);
    }
}
