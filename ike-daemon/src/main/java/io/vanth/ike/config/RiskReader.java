package io.vanth.ike.config;

import io.vanth.ike.policy.AlgorithmAdvice;
import io.vanth.ike.policy.Risk;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The risks that a connection's `allow` names: each is an error without its word there, and a warning with it.
record RiskReader(Set<Risk> allowed) {
    /// The risks of the connection of `section`.
    static RiskReader of(Section section) {
        Set<Risk> allowed = EnumSet.noneOf(Risk.class);
        section.get("allow").forEach(word -> Risk.of(word.asText()).ifPresent(allowed::add));
        return new RiskReader(allowed);
    }

    /// Says that the value of `place` takes `risk`; whether it may.
    boolean judge(Section place, Risk risk, String reason, String remedy) {
        if (allowed.contains(risk)) {
            place.warning(reason, remedy);
            return true;
        }
        place.error(reason, "%s, or accept the risk with allow: [%s]".formatted(remedy, risk.word()));
        return false;
    }

    /// Says what the RFCs have against the proposal at `place`; whether it may be used.
    boolean judge(Section place, List<AlgorithmAdvice> advice) {
        boolean usable = true;
        for (AlgorithmAdvice each : advice) {
            String remedy = "use %s if the peer can".formatted(each.instead());
            switch (each.verdict()) {
                case WEAK -> usable &= judge(place, Risk.WEAK_ALGORITHMS, each.reason(), remedy);
                case AGING -> place.warning(each.reason(), remedy);
            }
        }
        return usable;
    }
}
