package io.vanth.lab.kernel;

import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A host whose kernel does IPsec, with SAs and policies put in by `ip xfrm` in the place of all that were there.
final class KernelHost implements Host {
    private final NetworkNamespace namespace;
    private final int paddedLength;
    private final List<EncapsulationSocket> sockets = new ArrayList<>();

    KernelHost(NetworkNamespace namespace) {
        this(namespace, 0);
    }

    /// @param paddedLength what inner packets are padded to, in bytes; 0 for nothing
    KernelHost(NetworkNamespace namespace, int paddedLength) {
        this.namespace = namespace;
        this.paddedLength = paddedLength;
    }

    @Override
    public NetworkNamespace namespace() {
        return namespace;
    }

    @Override
    public void protect(Flow outbound, Flow inbound) throws Exception {
        if (inbound.inUdp()) {
            sockets.add(namespace.call(() -> EncapsulationSocket.open(inbound.destination(), Flow.PORT)));
        }
        IpBatch batch = new IpBatch().add("xfrm policy flush").add("xfrm state flush");
        for (Flow flow : List.of(outbound, inbound)) {
            flow.bundle().forEach(sa -> batch.add("xfrm state add " + state(flow, sa)));
        }
        batch.add("xfrm policy add dir out " + policy(outbound, ""));
        nested(inbound).ifPresent(batch::add);
        batch.add("xfrm policy add dir in " + policy(inbound, " level use"));
        batch.run(namespace);
    }

    /// For ESP that comes out of other layers a kernel with XFRM interfaces wants a policy, ahead of those for what is
    /// inside.
    private static Optional<String> nested(Flow flow) {
        List<PlannedSa> around = flow.bundle().subList(1, flow.bundle().size());
        boolean inner = flow.bundle().subList(0, around.size()).stream()
                .anyMatch(sa -> sa.protocol() == SecurityProtocol.ESP);
        return inner
                ? Optional.of("xfrm policy add dir in src %s dst %s proto esp".formatted(flow.source(),
                        flow.destination())
                        + around.stream().map(sa -> " tmpl " + identity(flow, sa, "") + " level use")
                                .collect(Collectors.joining()))
                : Optional.empty();
    }

    /// @param optional follows the template of IPComp: what got no shorter comes without it (RFC 3173 section 2.2)
    private static String policy(Flow flow, String optional) {
        StringBuilder words = new StringBuilder("src %s dst %s".formatted(flow.from(), flow.to()));
        for (PlannedSa sa : flow.bundle()) {
            words.append(" tmpl ").append(identity(flow, sa, ""))
                    .append(sa.protocol() == SecurityProtocol.IPCOMP ? optional : "");
        }
        return words.toString();
    }

    private static String identity(Flow flow, PlannedSa sa, String spi) {
        return "src %s dst %s proto %s%s reqid %d mode %s".formatted(flow.source(), flow.destination(),
                KernelAlgorithms.protocol(sa.protocol()), spi, sa.place(), sa.mode().name().toLowerCase(Locale.ROOT));
    }

    private String state(Flow flow, PlannedSa sa) {
        boolean ipv6 = flow.source().contains(":");
        StringBuilder words = new StringBuilder(identity(flow, sa, " spi 0x%x".formatted(sa.spi())));
        if (sa.protocol() != SecurityProtocol.IPCOMP) {
            words.append(" replay-window ").append(Flow.WINDOW).append(flow.esn() ? " flag esn" : "");
        }
        // Lets the SA carry the other family.
        words.append(" flag af-unspec");
        // RFC 4302 section 3.3.3.2.1; the kernel pads to 64 bits otherwise, which is for IPv6.
        words.append(sa.protocol() == SecurityProtocol.AH && !ipv6 ? " flag align4" : "");
        if (flow.inUdp() && sa.protocol() == SecurityProtocol.ESP) {
            words.append(" encap espinudp %1$d %1$d %2$s".formatted(Flow.PORT, ipv6 ? "::" : "0.0.0.0"));
        }
        words.append(paddedLength > 0 ? " tfcpad " + paddedLength : "");
        return words.append(KernelAlgorithms.of(sa)).toString();
    }

    @Override
    public String counters() throws Exception {
        return namespace.command("sh", "-c", "ip -s xfrm state; grep -v '\\s0$' /proc/net/xfrm_stat || true");
    }

    @Override
    public void close() {
        sockets.forEach(EncapsulationSocket::close);
    }
}
