package io.vanth.lab.kernel;

import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.route.HostNumbers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// A host whose IPsec is the userspace engine. Its routes are the test's, because the engine's own come with a filter of
/// nftables for both versions of IP, which the guest's kernel does not have.
final class EngineHost implements Host {
    private static final String TUN = "vanth0";
    /// Of the TUN device, unless a test says otherwise.
    static final int MTU = 1400;
    private static final int TABLE = 100;
    private static final int PATIENCE_SECONDS = 30;
    private static final SaGroup GROUP = new SaGroup(1);

    private final NetworkNamespace namespace;
    private final OuterHeader outer;
    private final DataPlane plane;

    EngineHost(NetworkNamespace namespace) throws Exception {
        this(namespace, MTU, OuterHeader.DEFAULT);
    }

    /// @param mtu of the TUN device
    EngineHost(NetworkNamespace namespace, int mtu) throws Exception {
        this(namespace, mtu, OuterHeader.DEFAULT);
    }

    /// @param outer of its tunnels
    EngineHost(NetworkNamespace namespace, OuterHeader outer) throws Exception {
        this(namespace, MTU, outer);
    }

    private EngineHost(NetworkNamespace namespace, int mtu, OuterHeader outer) throws Exception {
        this.outer = outer;
        this.namespace = namespace;
        this.plane = namespace.call(() -> new UserspaceDataPlaneProvider().open(new DataPlaneContext(TUN, mtu,
                false, false, System.out::println, InstantSource.system(), new SecureRandom())));
    }

    @Override
    public NetworkNamespace namespace() {
        return namespace;
    }

    Capabilities capabilities() {
        return plane.capabilities();
    }

    @Override
    public void protect(Flow outbound, Flow inbound) throws Exception {
        if (inbound.inUdp()) {
            done(plane.openNatTraversalPort(
                    new InetSocketAddress(InetAddress.ofLiteral(inbound.destination()), Flow.PORT)));
        }
        route(outbound);
        TrafficPair traffic = pair(outbound.from(), outbound.to());
        done(plane.addPolicy(new Policy("all", 1, traffic, protection(outbound))));
        done(plane.install(bundle(inbound, Direction.INBOUND, traffic)));
        done(plane.install(bundle(outbound, Direction.OUTBOUND, traffic)));
    }

    /// Everything goes to the engine but its own packets, which bear a mark.
    private void route(Flow outbound) throws Exception {
        boolean transport = outbound.from().startsWith(outbound.source() + "/");
        new IpBatch(outbound.from().contains(":") ? "-6" : "-4")
                .add("route add %s dev %s table %d%s".formatted(outbound.to(), TUN, TABLE,
                        transport ? " src " + outbound.source() : ""))
                .add("rule add not fwmark %d table %d".formatted(HostNumbers.MARK, TABLE)).run(namespace);
    }

    private static TrafficPair pair(String local, String remote) {
        return new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote));
    }

    private List<SecurityAssociation> bundle(Flow flow, Direction direction, TrafficPair traffic) {
        return flow.bundle().stream().map(sa -> association(flow, sa, direction, traffic)).toList();
    }

    private SecurityAssociation association(Flow flow, PlannedSa sa, Direction direction, TrafficPair traffic) {
        SaId id = new SaId(sa.protocol(), InetAddress.ofLiteral(flow.destination()), new Spi(sa.spi()));
        Optional<UdpEncapsulation> encapsulation = flow.inUdp()
                ? Optional.of(new UdpEncapsulation(Flow.PORT, Flow.PORT))
                : Optional.empty();
        return new SecurityAssociation(id, direction, InetAddress.ofLiteral(flow.source()), sa.mode(), sa.transform(),
                Secret.owning(sa.cipherKey()), Secret.owning(sa.integrityKey()), List.of(traffic), encapsulation,
                new ReplayProtection(Flow.WINDOW, flow.esn()), outer, Lifetime.UNLIMITED,
                Lifetime.UNLIMITED, GROUP);
    }

    /// What got no shorter comes without IPComp (RFC 3173 section 2.2).
    private static Policy.Protect protection(Flow flow) {
        return new Policy.Protect(GROUP, flow.bundle().stream().map(sa -> new Layer(sa.protocol(), sa.mode(),
                Optional.empty(), sa.protocol() != SecurityProtocol.IPCOMP)).toList(), false);
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// The engine's counter of that name.
    long counter(String name) {
        return plane.counters().get(name);
    }

    @Override
    public String counters() throws Exception {
        return plane.counters() + "\n" + done(plane.associations());
    }

    @Override
    public void close() {
        plane.close();
    }
}
