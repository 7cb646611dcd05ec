package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/// The policies of this data plane and their entries in the kernel, which has one entry for the same packets and
/// direction: that of the policy of the lowest order. Entries of an earlier run stay until a policy takes their place or
/// [#settle()]. For one thread.
final class KernelPolicies {
    private static final int MOST_ENTRIES = 4096;
    private static final int INDEX_STEP = XfrmPolicy.Way.MASK + 1;
    private static final int INDEX_RANGE = 1 << 24;

    /// What there can be one entry for.
    record Place(XfrmSelector selector, XfrmPolicy.Way way, int interfaceId) {}

    /// Entries that are not a policy's own: those in whose place a policy's is, and those that take its place.
    private record Ahead(OwnEntries own, Map<Place, XfrmPolicy> nested) {
        private static final Ahead NOTHING = new Ahead(OwnEntries.NONE, Map.of());

        private Stream<Place> places() {
            return Stream.of(own.entries(), nested).flatMap(all -> all.keySet().stream());
        }

        private boolean differs(Ahead other, Place place) {
            return !Objects.equals(own.entries().get(place), other.own.entries().get(place))
                    || !Objects.equals(nested.get(place), other.nested.get(place));
        }
    }

    private final NetlinkSocket socket;
    private final ToIntFunction<Policy> interfaces;
    private final Map<String, Policy> policies = new LinkedHashMap<>();
    private final Map<Place, List<Policy>> contenders = new HashMap<>();
    private final Map<Place, XfrmPolicy> entries = new HashMap<>();
    private final Map<Integer, Place> places = new HashMap<>();
    private final TunnelEnds ends = new TunnelEnds();
    private Ahead ahead = Ahead.NOTHING;
    private boolean settled;
    private int nextIndex = INDEX_STEP;

    /// Takes over the entries that an earlier run left.
    ///
    /// @param interfaces the number of the interface of a policy, or 0
    KernelPolicies(NetlinkSocket socket, ToIntFunction<Policy> interfaces) throws IOException {
        this.socket = socket;
        this.interfaces = interfaces;
        for (NetlinkMessage message : socket.dump(XfrmPolicyCodec.dump())) {
            if (OwnNumbers.isOwn(XfrmPolicyCodec.readIndex(message))) {
                XfrmPolicy left = XfrmPolicyCodec.read(message);
                remember(new Place(left.selector(), left.way(), left.interfaceId()), Optional.of(left));
            }
        }
    }

    /// Adds a policy, whole or not at all.
    void add(Policy policy) throws IOException, DataPlaneException {
        if (policies.containsKey(policy.name())) {
            throw new DataPlaneException("policy '%s' is there already".formatted(policy.name()));
        }
        if (policy.order() < 0) {
            throw new DataPlaneException("policy '%s': order %d is below 0".formatted(policy.name(), policy.order()));
        }
        if (policy.action() instanceof Policy.Protect(var group, _, _)) {
            OwnNumbers.requestId(group);
        }
        Set<Place> wanted = places(policy);
        policies.put(policy.name(), policy);
        wanted.forEach(place -> enter(place, policy));
        Ahead before = ahead;
        try {
            Set<Place> changed = lookAhead();
            changed.addAll(wanted);
            apply(changed);
        } catch (IOException | DataPlaneException refused) {
            policies.remove(policy.name());
            wanted.forEach(place -> leave(place, policy));
            ahead = before;
            throw refused;
        }
    }

    /// Learns anew what is to pass ahead of all policies; the places whose entries change. What goes in clear waits for
    /// [#settle()]: a policy that is not added yet may protect it.
    private Set<Place> lookAhead() throws DataPlaneException {
        Ahead before = ahead;
        ahead = new Ahead(settled ? before.own.beside(aboutHost()) : OwnEntries.NONE,
                new NestedEntries(ends, interfaces).of(all()));
        Set<Place> changed = new LinkedHashSet<>();
        Stream.concat(ahead.places(), before.places()).filter(place -> ahead.differs(before, place))
                .forEach(changed::add);
        return changed;
    }

    private List<Policy> aboutHost() {
        return policies.values().stream().filter(policy -> policy.via().isEmpty()).toList();
    }

    /// What keeps its way though a policy contains it; none before [#settle()].
    OwnNetworks networks() {
        return ahead.own.networks();
    }

    /// Removes a policy; empty if there was none.
    Optional<Policy> remove(String name) throws IOException, DataPlaneException {
        Policy policy = policies.get(name);
        if (policy == null) {
            return Optional.empty();
        }
        Set<Place> left = places(policy);
        left.forEach(place -> leave(place, policy));
        policies.remove(name);
        Ahead before = ahead;
        try {
            Set<Place> changed = new LinkedHashSet<>(left);
            changed.addAll(lookAhead());
            apply(changed);
        } catch (IOException | DataPlaneException refused) {
            policies.put(name, policy);
            left.forEach(place -> enter(place, policy));
            ahead = before;
            throw refused;
        }
        return Optional.of(policy);
    }

    /// Where the outbound packets of a group are led.
    Map<TunnelEnds.Leg, TunnelEnds.Ends> ends(SaGroup group) {
        return ends.of(group);
    }

    /// Where they are led around all else; empty while there is no SA.
    Optional<TunnelEnds.Ends> outermost(Policy.Protect protect) {
        return ends.outermost(protect.group(), protect.layers());
    }

    /// Leads the outbound packets of a group to other tunnel ends, all or nothing.
    void lead(SaGroup group, Map<TunnelEnds.Leg, TunnelEnds.Ends> now) throws IOException, DataPlaneException {
        Map<TunnelEnds.Leg, Optional<TunnelEnds.Ends>> before = ends.replace(group, now);
        Ahead aheadBefore = ahead;
        try {
            Set<Place> places = lookAhead();
            for (Policy policy : protecting(group)) {
                places.addAll(places(policy));
            }
            apply(places);
        } catch (IOException | DataPlaneException refused) {
            ends.restore(before);
            ahead = aheadBefore;
            throw refused;
        }
    }

    List<Policy> protecting(SaGroup group) {
        return policies.values().stream().filter(
                policy -> policy.action() instanceof Policy.Protect(var served, _, _) && served.equals(group)).toList();
    }

    /// The policy that an entry of the kernel stands for now.
    Optional<Policy> find(int index) {
        List<Policy> found = contenders.getOrDefault(places.get(index), List.of());
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    /// In the order in which they are looked at.
    List<Policy> all() {
        return policies.values().stream().sorted(Comparator.comparingInt(Policy::order)).toList();
    }

    /// Lets pass what is to pass ahead of all policies, and removes what an earlier run left and no policy took over.
    void settle() throws IOException, DataPlaneException {
        settled = true;
        Set<Place> changed = lookAhead();
        entries.keySet().stream().filter(place -> !contenders.containsKey(place)).forEach(changed::add);
        apply(changed);
    }

    /// Removes all entries.
    void removeAll() throws IOException, DataPlaneException {
        policies.clear();
        contenders.clear();
        settle();
    }

    private Set<Place> places(Policy policy) throws DataPlaneException {
        var places = new LinkedHashSet<Place>();
        int id = interfaces.applyAsInt(policy);
        for (XfrmSelector out : XfrmSelector.of(policy.traffic().local(), policy.traffic().remote())) {
            places.add(new Place(out, XfrmPolicy.Way.OUT, id));
        }
        for (XfrmSelector in : XfrmSelector.of(policy.traffic().remote(), policy.traffic().local())) {
            places.add(new Place(in, XfrmPolicy.Way.IN, id));
            places.add(new Place(in, XfrmPolicy.Way.FORWARD, id));
        }
        if (places.size() > MOST_ENTRIES) {
            throw new DataPlaneException("policy '%s' (%s) takes %d entries of prefixes and port masks, more than %d"
                    .formatted(policy.name(), policy.traffic(), places.size(), MOST_ENTRIES));
        }
        return places;
    }

    private void enter(Place place, Policy policy) {
        List<Policy> there = contenders.computeIfAbsent(place, _ -> new ArrayList<>());
        there.add(policy);
        there.sort(Comparator.comparingInt(Policy::order));
    }

    private void leave(Place place, Policy policy) {
        List<Policy> there = contenders.get(place);
        there.remove(policy);
        if (there.isEmpty()) {
            contenders.remove(place);
        }
    }

    /// Makes the entries what they are to be; after a refusal they are what they were.
    private void apply(Collection<Place> changed) throws IOException, DataPlaneException {
        Map<Place, Optional<XfrmPolicy>> before = new LinkedHashMap<>();
        try {
            for (Place place : changed) {
                Optional<XfrmPolicy> was = Optional.ofNullable(entries.get(place));
                Optional<XfrmPolicy> wanted = wanted(place);
                if (!wanted.equals(was)) {
                    change(place, was, wanted);
                    before.put(place, was);
                }
            }
        } catch (IOException | DataPlaneException refused) {
            before.forEach((place, was) -> changeBack(place, was, refused));
            throw refused;
        }
    }

    private void changeBack(Place place, Optional<XfrmPolicy> was, Exception reason) {
        try {
            change(place, Optional.ofNullable(entries.get(place)), was);
        } catch (IOException | DataPlaneException stays) {
            reason.addSuppressed(stays);
        }
    }

    private Optional<XfrmPolicy> wanted(Place place) throws DataPlaneException {
        List<Policy> there = contenders.getOrDefault(place, List.of());
        XfrmPolicy entry = ahead.nested.get(place);
        if (entry == null) {
            entry = there.isEmpty()
                    ? ahead.own.entries().get(place)
                    : PolicyEntry.of(there.getFirst(), place.selector(), place.way(), ends)
                            .through(place.interfaceId());
        }
        if (entry == null) {
            return Optional.empty();
        }
        int index = entries.containsKey(place) ? entries.get(place).index() : freeIndex(place.way());
        return Optional.of(entry.numbered(index));
    }

    private int freeIndex(XfrmPolicy.Way way) {
        while (true) {
            int index = OwnNumbers.BASE | nextIndex | way.number();
            nextIndex = (nextIndex + INDEX_STEP) % INDEX_RANGE;
            if (!places.containsKey(index)) {
                return index;
            }
        }
    }

    private void change(Place place, Optional<XfrmPolicy> was, Optional<XfrmPolicy> wanted)
            throws IOException, DataPlaneException {
        if (wanted.isPresent()) {
            add(wanted.get(), was.isPresent());
        } else {
            delete(was.orElseThrow());
        }
        remember(place, wanted);
    }

    private void add(XfrmPolicy entry, boolean replace) throws IOException, DataPlaneException {
        try {
            socket.request(XfrmPolicyCodec.add(entry, replace));
        } catch (LinuxException refused) {
            if (refused.is(Errno.EEXIST)) {
                throw new DataPlaneException("another program has a policy for %s packets from %s to %s: %s".formatted(
                        entry.way(), entry.selector().source(), entry.selector().destination(), refused.getMessage()),
                        refused);
            }
            throw refused;
        }
    }

    private void delete(XfrmPolicy entry) throws IOException {
        try {
            socket.request(XfrmPolicyCodec.delete(entry));
        } catch (LinuxException refused) {
            if (!refused.is(Errno.ENOENT)) {
                throw refused;
            }
        }
    }

    private void remember(Place place, Optional<XfrmPolicy> entry) {
        if (entry.isPresent()) {
            entries.put(place, entry.get());
            places.put(entry.get().index(), place);
        } else {
            XfrmPolicy gone = entries.remove(place);
            if (gone != null) {
                places.remove(gone.index());
            }
        }
    }
}
