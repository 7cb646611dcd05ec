package io.vanth.ike.manual;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.TrafficSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Tells policies of equal order apart: of those that share packets and treat them differently the one written first
/// decides, whatever has come and gone since. All others have the same rank, so that it seldom changes.
final class Ranks {
    /// How many policies of equal order can be told apart where all share packets.
    static final int MOST = 1024;

    private final Map<String, Integer> ranks = new HashMap<>();
    /// The first of each order that is one too many.
    private final List<String> crowded = new ArrayList<>();

    /// @param policies as they are written
    Ranks(Collection<ManualPolicy> policies) {
        Map<Integer, List<ManualPolicy>> orders = new LinkedHashMap<>();
        policies.forEach(each -> orders.computeIfAbsent(each.order(), _ -> new ArrayList<>()).add(each));
        orders.values().forEach(this::rank);
    }

    /// From 0 to below [#MOST]; lower ones come first.
    int of(ManualPolicy policy) {
        return ranks.get(policy.name());
    }

    /// The first policy of each order that cannot be told apart from all before it that share packets with it.
    List<String> crowded() {
        return List.copyOf(crowded);
    }

    private void rank(List<ManualPolicy> policies) {
        if (policies.stream().map(ManualPolicy::action).distinct().count() == 1) {
            policies.forEach(each -> ranks.put(each.name(), 0));
            return;
        }
        List<List<Integer>> earlier = meetings(policies.stream().map(Reach::of).toList());
        int[] found = new int[policies.size()];
        Optional<String> first = Optional.empty();
        for (int here = 0; here < found.length; here++) {
            String name = policies.get(here).name();
            for (int before : earlier.get(here)) {
                found[here] = Math.max(found[here], found[before] + 1);
            }
            if (found[here] >= MOST) {
                found[here] = MOST - 1;
                first = first.or(() -> Optional.of(name));
            }
            ranks.put(name, found[here]);
        }
        first.ifPresent(crowded::add);
    }

    /// Of each, those before it that it meets. They are looked for in the order of the addresses of the side
    /// that tells more of them apart, since most policies share none with another: for services, that is the local one.
    private static List<List<Integer>> meetings(List<Reach> all) {
        List<List<Integer>> earlier = new ArrayList<>();
        all.forEach(_ -> earlier.add(new ArrayList<>()));
        Function<Reach, Reach.Addresses> side = side(all);
        List<Integer> open = new ArrayList<>();
        for (int here : IntStream.range(0, all.size()).boxed()
                .sorted(Comparator.comparing(each -> side.apply(all.get(each)).first(), Reach.ADDRESSES)).toList()) {
            byte[] first = side.apply(all.get(here)).first();
            open.removeIf(each -> Reach.ADDRESSES.compare(side.apply(all.get(each)).last(), first) < 0);
            for (int other : open) {
                if (all.get(here).meets(all.get(other))) {
                    earlier.get(Math.max(here, other)).add(Math.min(here, other));
                }
            }
            open.add(here);
        }
        return earlier;
    }

    private static Function<Reach, Reach.Addresses> side(List<Reach> all) {
        long locals = all.stream().map(each -> each.near().addresses()).distinct().count();
        long remotes = all.stream().map(each -> each.far().addresses()).distinct().count();
        return locals > remotes ? Reach::local : Reach::remote;
    }

    /// What a policy decides about.
    private record Reach(Addresses local, Addresses remote, TrafficSelector near, TrafficSelector far,
            ManualPolicy.Action action) {
        /// IPv4 before IPv6.
        static final Comparator<byte[]> ADDRESSES = Comparator.<byte[]>comparingInt(each -> each.length)
                .thenComparing(Arrays::compareUnsigned);

        /// The first and last address.
        private record Addresses(byte[] first, byte[] last) {
            static Addresses of(AddressRange range) {
                return new Addresses(range.first().getAddress(), range.last().getAddress());
            }

            boolean meet(Addresses other) {
                return ADDRESSES.compare(first, other.last) <= 0 && ADDRESSES.compare(other.first, last) <= 0;
            }
        }

        static Reach of(ManualPolicy policy) {
            TrafficSelector near = policy.traffic().local();
            TrafficSelector far = policy.traffic().remote();
            return new Reach(Addresses.of(near.addresses()), Addresses.of(far.addresses()), near, far,
                    policy.action());
        }

        boolean meets(Reach other) {
            return remote.meet(other.remote) && local.meet(other.local) && meet(near, other.near)
                    && meet(far, other.far) && !action.equals(other.action);
        }

        private static boolean meet(TrafficSelector one, TrafficSelector other) {
            return (one.protocol() == other.protocol() || one.protocol() == TrafficSelector.ANY_PROTOCOL
                    || other.protocol() == TrafficSelector.ANY_PROTOCOL)
                    && one.firstPort() <= other.lastPort() && other.firstPort() <= one.lastPort();
        }
    }
}
