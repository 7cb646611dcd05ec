package io.vanth.ike.session;

import io.vanth.ike.wire.Cookie;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The negotiations that peers began and that are not done: so many, each for a while. All strangers together may hold
/// no more of us than this, so that one of them costs little beside what it sent.
final class Responding {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /// More than these push the oldest out: at 20,000 first messages a second, a peer has most of a second for its second
    /// message.
    static final int MAX = 16_384;
    /// Of one address: several peers may share it behind a NAT, and others may forge it. The rest is for the others.
    static final int MAX_OF_ADDRESS = MAX / 2;

    private final EngineContext context;
    private final Map<Cookie, PhaseOneNegotiation> oldestFirst = new LinkedHashMap<>();
    private final Map<InetAddress, Map<FirstMessage, PhaseOneNegotiation>> ofAddress = new HashMap<>();
    private Optional<TimerQueue.Timer> timeout = Optional.empty();

    Responding(EngineContext context) {
        this.context = context;
    }

    /// The one with this cookie of ours.
    Optional<PhaseOneNegotiation> find(Cookie own) {
        return Optional.ofNullable(oldestFirst.get(own));
    }

    /// The one that an earlier copy of a first message began.
    Optional<PhaseOneNegotiation> find(FirstMessage first) {
        return Optional.ofNullable(ofAddress.getOrDefault(first.peer().getAddress(), Map.of()).get(first));
    }

    /// Adds a negotiation; the one that had to make room for it, if any.
    Optional<PhaseOneNegotiation> add(PhaseOneNegotiation negotiation) {
        oldestFirst.put(negotiation.own(), negotiation);
        if (timeout.isEmpty()) {
            await(negotiation);
        }
        Map<FirstMessage, PhaseOneNegotiation> sameAddress = ofAddress.merge(address(negotiation),
                Map.of(FirstMessage.of(negotiation), negotiation), Responding::join);
        if (sameAddress.size() > MAX_OF_ADDRESS) {
            return Optional.of(evict(sameAddress));
        }
        return oldestFirst.size() > MAX ? Optional.of(evict(oldestFirst)) : Optional.empty();
    }

    /// Nearly every address of a flood has one negotiation only, for which a small map does.
    private static Map<FirstMessage, PhaseOneNegotiation> join(Map<FirstMessage, PhaseOneNegotiation> earlier,
            Map<FirstMessage, PhaseOneNegotiation> added) {
        Map<FirstMessage, PhaseOneNegotiation> both = earlier.size() == 1 ? new LinkedHashMap<>(earlier) : earlier;
        both.putAll(added);
        return both;
    }

    /// Of the older half the oldest whose address may be forged, else the oldest: whoever has just come stays for its second
    /// message, however many show that their addresses are their own.
    private PhaseOneNegotiation evict(Map<?, PhaseOneNegotiation> from) {
        PhaseOneNegotiation oldest = from.values().stream().limit(from.size() / 2)
                .filter(each -> !each.reachable()).findFirst()
                .orElseGet(() -> from.values().iterator().next());
        remove(oldest);
        return oldest;
    }

    /// Forgets one that is over.
    void remove(PhaseOneNegotiation negotiation) {
        if (oldestFirst.remove(negotiation.own(), negotiation)) {
            ofAddress.computeIfPresent(address(negotiation),
                    (_, rest) -> rest.size() == 1 ? null : without(rest, negotiation));
        }
        if (oldestFirst.isEmpty()) {
            timeout.ifPresent(TimerQueue.Timer::cancel);
            timeout = Optional.empty();
        }
    }

    private static Map<FirstMessage, PhaseOneNegotiation> without(Map<FirstMessage, PhaseOneNegotiation> all,
            PhaseOneNegotiation gone) {
        all.remove(FirstMessage.of(gone));
        return all;
    }

    private static InetAddress address(PhaseOneNegotiation negotiation) {
        return negotiation.begunFrom().getAddress();
    }

    /// One timer does for all: they end in the order in which they began.
    private void await(PhaseOneNegotiation oldest) {
        timeout = Optional.of(context.timers().at(oldest.begun().plus(TIMEOUT), this::end));
    }

    private void end() {
        timeout = Optional.empty();
        Instant latest = context.now().minus(TIMEOUT);
        oldestFirst.values().stream().takeWhile(each -> !each.begun().isAfter(latest)).toList()
                .forEach(PhaseOneNegotiation::giveUp);
        oldestFirst.values().stream().findFirst().ifPresent(this::await);
    }

    /// The oldest first.
    List<PhaseOneNegotiation> all() {
        return List.copyOf(oldestFirst.values());
    }

    int size() {
        return oldestFirst.size();
    }
}
