package io.vanth.ike.explain;

import io.vanth.ike.manual.ManualPolicy;
import io.vanth.ike.manual.Precedence;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.Diagnosis;
import io.vanth.ike.session.EngineStatus.ConnectionStatus;
import io.vanth.ike.session.EngineStatus.State;
import io.vanth.ike.session.EngineStatus.TunnelStatus;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that there is to tell about a connection or tunnel.
///
/// @param name     `connection` or `connection/tunnel`
/// @param summary  the rest of a sentence that begins with the name
/// @param failures the latest first; history where it is up
public record Account(String name, State state, String summary, List<Explanation> failures) {
    public Account {
        failures = List.copyOf(failures);
    }

    /// Tells what a diagnosis found, and what of the manual policies is in the way.
    public static Account of(Diagnosis diagnosis, List<ManualPolicy> policies) {
        Account account = of(diagnosis);
        String shadows = diagnosis.connection().tunnels().stream()
                .filter(each -> diagnosis.tunnel().map(each::equals).orElse(true))
                .flatMap(tunnel -> Precedence.before(policies, tunnel).stream()
                        .map(policy -> "; manual policy %s takes all packets of tunnel %s: %s".formatted(policy.name(),
                                tunnel.name(), Precedence.remedy())))
                .collect(Collectors.joining());
        return new Account(account.name(), account.state(), account.summary() + shadows, account.failures());
    }

    /// Tells what a diagnosis found.
    public static Account of(Diagnosis diagnosis) {
        String name = diagnosis.connection().name()
                + diagnosis.tunnel().map(tunnel -> "/" + tunnel.name()).orElse("");
        State state = state(diagnosis);
        return new Account(name, state, summary(diagnosis, state), diagnosis.failures().stream()
                .map(entry -> Explainer.explain(diagnosis.connection(), entry)).toList());
    }

    private static List<TunnelStatus> meant(Diagnosis diagnosis) {
        return diagnosis.status().tunnels().stream().filter(
                each -> diagnosis.tunnel().map(Tunnel::name).map(each.name()::equals).orElse(true)).toList();
    }

    /// A connection is up with all its tunnels.
    private static State state(Diagnosis diagnosis) {
        ConnectionStatus status = diagnosis.status();
        List<TunnelStatus> tunnels = meant(diagnosis);
        if (tunnels.stream().allMatch(each -> each.state() == State.UP)
                && (diagnosis.tunnel().isPresent() || status.state() == State.UP)) {
            return State.UP;
        }
        boolean negotiating = status.state() == State.NEGOTIATING
                || tunnels.stream().anyMatch(each -> each.state() == State.NEGOTIATING);
        return negotiating ? State.NEGOTIATING : State.DOWN;
    }

    private static String summary(Diagnosis diagnosis, State state) {
        return switch (state) {
            case UP -> "is up";
            case NEGOTIATING -> "is not up, but being negotiated" + waiting(diagnosis.status());
            case DOWN -> diagnosis.failures().isEmpty() ? "is down: " + waiting(diagnosis) : down(diagnosis);
        };
    }

    /// What is waited for, where it was asked for again already.
    private static String waiting(ConnectionStatus status) {
        return Stream
                .concat(status.waiting().stream(), status.tunnels().stream().flatMap(each -> each.waiting().stream()))
                .filter(each -> each.resent() > 0).findFirst().map(each -> ": no %s yet%s".formatted(each.stage(),
                        each.hint().isEmpty() ? "" : ", " + each.hint()))
                .orElse("");
    }

    private static String down(Diagnosis diagnosis) {
        List<String> down = meant(diagnosis).stream().filter(each -> each.state() == State.DOWN)
                .map(TunnelStatus::name).toList();
        return diagnosis.status().state() == State.UP && diagnosis.tunnel().isEmpty()
                ? "has its ISAKMP SA up, but not the tunnel(s) " + String.join(", ", down)
                : "is down";
    }

    private static String waiting(Diagnosis diagnosis) {
        StartMode start = diagnosis.tunnel().or(() -> diagnosis.connection().tunnels().stream().findFirst())
                .map(Tunnel::start).orElse(StartMode.PASSIVE);
        return switch (start) {
            case ALWAYS -> "nothing has failed; it was taken down, or has not begun";
            case ON_DEMAND -> "nothing has failed; it waits for the first packet, or was taken down";
            case PASSIVE -> "nothing has failed; it waits for the peer or for 'vanth up'";
        };
    }
}
