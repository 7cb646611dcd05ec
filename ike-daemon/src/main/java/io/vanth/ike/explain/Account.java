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
/// @param name      `connection` or `connection/tunnel`
/// @param summary   the rest of a sentence that begins with the name
/// @param takenDown whether the operator has taken down all that is not up
/// @param failures  the latest first; history where it is up or taken down; behind them who was refused
///                  that may be its peer
public record Account(String name, State state, String summary, boolean takenDown, List<Explanation> failures) {
    public Account {
        failures = List.copyOf(failures);
    }

    /// What no operator has taken down.
    public Account(String name, State state, String summary, List<Explanation> failures) {
        this(name, state, summary, false, failures);
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
        return new Account(account.name(), account.state(), account.summary() + shadows, account.takenDown(),
                account.failures());
    }

    /// Tells what a diagnosis found.
    public static Account of(Diagnosis diagnosis) {
        String name = diagnosis.connection().name()
                + diagnosis.tunnel().map(tunnel -> "/" + tunnel.name()).orElse("");
        State state = state(diagnosis);
        List<TunnelStatus> taken = state == State.DOWN ? takenDown(diagnosis) : List.of();
        String summary = taken.isEmpty() ? summary(diagnosis, state) : takenDown(name, taken, meant(diagnosis).size());
        return new Account(name, state, summary, !taken.isEmpty(), diagnosis.failures().stream()
                .map(entry -> Explainer.explain(diagnosis.connection(), entry)).toList());
    }

    /// What is not up, if the operator has taken down all of it.
    private static List<TunnelStatus> takenDown(Diagnosis diagnosis) {
        List<TunnelStatus> down = meant(diagnosis).stream().filter(each -> each.state() != State.UP).toList();
        return down.stream().allMatch(each -> each.takenDown().isPresent()) ? down : List.of();
    }

    private static String takenDown(String name, List<TunnelStatus> taken, int all) {
        String which = taken.size() == all
                ? ""
                : "not up with all its tunnels: %s ".formatted(
                        taken.stream().map(TunnelStatus::name).collect(Collectors.joining(", ")));
        boolean refused = taken.stream().allMatch(each -> each.takenDown().orElseThrow().refusesPeer());
        return "is %staken down by the operator: until 'vanth up %s', %s".formatted(which, name, refused
                ? "the peer is refused too"
                : "only the peer may bring it up");
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
            case DOWN -> diagnosis.failures().size() == diagnosis.strangers()
                    ? "is down: " + waiting(diagnosis) + refused(diagnosis)
                    : down(diagnosis);
        };
    }

    private static String refused(Diagnosis diagnosis) {
        return diagnosis.strangers() == 0 ? "" : "; but who came from another address was refused";
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
            case ALWAYS -> "nothing has failed; it has not begun";
            case ON_DEMAND -> "nothing has failed; it waits for the first packet";
            case PASSIVE -> "nothing has failed; it waits for the peer or for 'vanth up'";
        };
    }
}
