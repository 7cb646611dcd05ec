package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// All SAs. The control thread changes it; agents only use [#inbound(SecuredPacket, EspTransport)] and the slots, which cost the
/// same with ten SAs and with ten thousand.
public final class SaDatabase {
    private static final int ATTEMPTS = 1000;
    private static final int LAST_CPI = 0xEFFF;

    private final SecureRandom random;
    private final Set<SaId> reserved = new HashSet<>();
    private final Map<SaId, InstalledSa> installed = new LinkedHashMap<>();
    private final Map<SaGroup, OutboundSlot> slots = new HashMap<>();
    private final SpiTable inbound = new SpiTable();
    private final Map<SaGroup, Set<InboundSa>> groups = new HashMap<>();

    public SaDatabase(SecureRandom random) {
        this.random = random;
    }

    /// The inbound SA that `packet` on `transport` is for, or null.
    public InboundSa inbound(SecuredPacket packet, EspTransport transport) {
        return inbound.find(packet, transport);
    }

    /// The slot of a group for a policy, which gives it back by [#releaseSlot(SaGroup)].
    public OutboundSlot takeSlot(SaGroup group) {
        OutboundSlot slot = slot(group);
        slot.addPolicy();
        return slot;
    }

    /// A policy of the group is gone.
    public void releaseSlot(SaGroup group) {
        slot(group).removePolicy();
        dropUnused(group);
    }

    private OutboundSlot slot(SaGroup group) {
        return slots.computeIfAbsent(group, made -> new OutboundSlot());
    }

    private void dropUnused(SaGroup group) {
        slots.computeIfPresent(group, (same, slot) -> slot.isUnused() ? null : slot);
    }

    /// Reserves a random SPI that nothing has: 0x100 and up, RFC 4303 section 2.1. A CPI ends at 0xEFFF, above which they
    /// are for private use (RFC 3173 section 3.3).
    public Spi reserve(SecurityProtocol protocol, InetAddress destination) throws DataPlaneException {
        boolean cpi = protocol == SecurityProtocol.IPCOMP;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int value = cpi ? random.nextInt(Spi.MIN, LAST_CPI + 1) : random.nextInt();
            if (Integer.compareUnsigned(value, Spi.MIN) >= 0) {
                SaId id = new SaId(protocol, destination, new Spi(value));
                if (!installed.containsKey(id) && reserved.add(id)) {
                    return id.spi();
                }
            }
        }
        throw new DataPlaneException("no free SPI for " + protocol + " to " + destination.getHostAddress());
    }

    /// Gives a reserved SPI back.
    public void release(SaId id) {
        reserved.remove(id);
    }

    /// Refuses an SA that is there already.
    public void checkFree(SaId id) throws DataPlaneException {
        if (installed.containsKey(id)) {
            throw new DataPlaneException(id + " is installed already; remove it first");
        }
    }

    /// Installs outbound SAs that [#checkFree(SaId)] let through.
    public void install(OutboundBundle bundle) {
        for (int index = 0; index < bundle.size(); index++) {
            add(bundle.layer(index));
        }
        slot(bundle.group()).add(bundle);
    }

    /// Installs inbound SAs that [#checkFree(SaId)] let through.
    public void install(List<InboundSa> associations) {
        // The outermost comes last: who finds it finds the others too.
        for (InboundSa association : associations) {
            add(association);
            groups.computeIfAbsent(association.group(), made -> new LinkedHashSet<>()).add(association);
            inbound.add(association);
        }
    }

    private void add(InstalledSa association) {
        reserved.remove(association.id());
        installed.put(association.id(), association);
    }

    /// Removes an SA and ends it.
    public Optional<InstalledSa> remove(SaId id) {
        InstalledSa association = installed.remove(id);
        if (association == null) {
            return Optional.empty();
        }
        association.end();
        switch (association) {
            case OutboundSa outbound -> {
                slot(outbound.group()).remove(outbound);
                dropUnused(outbound.group());
            }
            case InboundSa gone -> {
                inbound.remove(gone);
                groups.computeIfPresent(gone.group(), (same, its) -> its.remove(gone) && its.isEmpty() ? null : its);
            }
        }
        return Optional.of(association);
    }

    /// Removes the SAs that use `transport`, which is about to close.
    @SuppressWarnings("ReferenceEquality") // a socket is itself alone
    public void removeAll(EspTransport transport) {
        for (InstalledSa association : all()) {
            if (association.transport() == transport) {
                remove(association.id());
            }
        }
    }

    /// The SA of that id.
    public Optional<InstalledSa> find(SaId id) {
        return Optional.ofNullable(installed.get(id));
    }

    /// The outbound bundles that are used now.
    public List<OutboundBundle> current() {
        return slots.values().stream().map(OutboundSlot::current).filter(Objects::nonNull).toList();
    }

    /// All SAs in the order in which they were installed.
    public Collection<InstalledSa> all() {
        return List.copyOf(installed.values());
    }

    /// The inbound SAs of a group.
    public List<InboundSa> inbound(SaGroup group) {
        return List.copyOf(groups.getOrDefault(group, Set.of()));
    }
}
