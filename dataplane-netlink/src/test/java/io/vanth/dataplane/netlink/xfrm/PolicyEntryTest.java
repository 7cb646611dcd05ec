package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// What policies become in the kernel.
final class PolicyEntryTest {
    private static final SaGroup GROUP = new SaGroup(5);
    private static final TunnelEnds.Ends ENDS = tunnel("192.0.2.1", "192.0.2.2");
    private static final Layer COMPRESSION = new Layer(SecurityProtocol.IPCOMP, Mode.TUNNEL, Optional.empty(), false);
    private static final Layer AH = new Layer(SecurityProtocol.AH, Mode.TRANSPORT, Optional.empty(), true);
    private static final Layer TUNNEL = new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.empty(), true);

    private final TunnelEnds ends = new TunnelEnds();

    private XfrmPolicy entry(XfrmPolicy.Way way, List<Layer> layers) throws Exception {
        var policy = new Policy("p", 1, new TrafficPair(TrafficSelector.parse("fd01::/64"),
                TrafficSelector.parse("fd02::/64")), new Policy.Protect(GROUP, layers, false));
        XfrmSelector selector = XfrmSelector.of(policy.traffic().local(), policy.traffic().remote()).getFirst();
        return PolicyEntry.of(policy, selector, way, ends);
    }

    private static TunnelEnds.Ends tunnel(String source, String destination) {
        return new TunnelEnds.Ends(Mode.TUNNEL, InetAddress.ofLiteral(source), InetAddress.ofLiteral(destination));
    }

    private static TunnelEnds.Leg leg(SecurityProtocol protocol) {
        return new TunnelEnds.Leg(GROUP, protocol, 0);
    }

    /// The kernel refuses a template of transport mode that is of another family than the one inside of it.
    @Test
    void aroundATunnelEveryLayerIsOfItsFamily() throws Exception {
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS, leg(SecurityProtocol.AH),
                new TunnelEnds.Ends(Mode.TRANSPORT, ENDS.source(), ENDS.destination())));
        for (XfrmPolicy.Way way : XfrmPolicy.Way.values()) {
            assertEquals(List.of(false, false), entry(way, List.of(TUNNEL, AH)).templates().stream()
                    .map(XfrmPolicy.Template::ipv6).toList());
        }
    }

    /// RFC 3173: it is agreed on anew with each pair of SAs.
    @Test
    void compressionThatIsAgreedOnNoMoreIsNotWaitedFor() throws Exception {
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.IPCOMP), ENDS, leg(SecurityProtocol.ESP), ENDS));
        assertEquals(2, entry(XfrmPolicy.Way.OUT, List.of(COMPRESSION, TUNNEL)).templates().size());
        var before = ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS));
        assertEquals(List.of(SecurityProtocol.ESP), entry(XfrmPolicy.Way.OUT, List.of(COMPRESSION, TUNNEL)).templates()
                .stream().map(XfrmPolicy.Template::protocol).toList());
        ends.restore(before);
        assertEquals(2, entry(XfrmPolicy.Way.OUT, List.of(COMPRESSION, TUNNEL)).templates().size());
    }

    /// The kernel keeps a state for each request id and pair of ends that it waits for: there is one of a group, whoever is
    /// called.
    @Test
    void whileItIsNotKnownWhereToThereIsOneTunnelToWaitFor() throws Exception {
        for (List<Layer> layers : List.of(List.of(TUNNEL), List.of(AH), List.of(TUNNEL, AH))) {
            var policy = new Policy("p", 1, new TrafficPair(TrafficSelector.parse("10.1.0.0/16"),
                    TrafficSelector.parse("10.2.0.0/16")), new Policy.Protect(GROUP, layers, true));
            XfrmSelector selector = XfrmSelector.of(policy.traffic().local(), policy.traffic().remote()).getFirst();
            XfrmPolicy waiting = PolicyEntry.of(policy, selector, XfrmPolicy.Way.OUT, ends);
            XfrmPolicy.Template template = waiting.templates().getFirst();
            assertEquals(1, waiting.templates().size());
            assertEquals(Mode.TUNNEL, template.mode());
            assertEquals(OwnNumbers.requestId(GROUP), template.requestId());
            assertEquals(Optional.of(InetAddress.ofLiteral("0.0.0.1")), template.destination());
            assertEquals(template.destination(), template.source());
        }
    }

    /// Features 8: the same protocol twice, each between ends of its own.
    @Test
    void aTunnelInATunnelHasItsOwnEnds() throws Exception {
        var outer = tunnel("198.51.100.1", "198.51.100.2");
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS,
                new TunnelEnds.Leg(GROUP, SecurityProtocol.ESP, 1), outer));
        assertEquals(List.of(ENDS.destination(), outer.destination()), destinations(List.of(TUNNEL, TUNNEL)));
        Layer to = new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(ENDS.destination()), false);
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), outer));
        assertEquals(List.of(outer.destination()), destinations(List.of(to, TUNNEL)), "the inner one has no SA");
    }

    /// A layer that is not required lets packets out in clear where it has no SA, so it must not lose one by a move.
    @Test
    void aPeerThatMovedKeepsItsLayer() throws Exception {
        var second = tunnel("192.0.2.1", "198.51.100.2");
        InetAddress elsewhere = InetAddress.ofLiteral("203.0.113.9");
        Layer use = new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(ENDS.destination()), false);
        Layer other = new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(second.destination()), false);
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS.movedTo(elsewhere),
                new TunnelEnds.Leg(GROUP, SecurityProtocol.ESP, 1), second));
        assertEquals(List.of(elsewhere), destinations(List.of(use)));
        assertEquals(List.of(elsewhere, second.destination()), destinations(List.of(use, other)));
    }

    /// Else the tunnel's packets would wait for an SA of transport mode that never comes.
    @Test
    void aLayerHasNoSaOfAnotherMode() throws Exception {
        Layer use = new Layer(SecurityProtocol.ESP, Mode.TRANSPORT, Optional.empty(), false);
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS));
        List<XfrmPolicy.Template> templates = entry(XfrmPolicy.Way.OUT, List.of(use, TUNNEL)).templates();
        assertEquals(List.of(Mode.TUNNEL), templates.stream().map(XfrmPolicy.Template::mode).toList());
        assertEquals(Optional.of(ENDS.source()), templates.getFirst().source());
    }

    /// To the same peer, from another address of this host.
    @Test
    void aLayerThatIsNotRequiredHasNoSaOfOtherEnds() throws Exception {
        var other = tunnel("203.0.113.1", "192.0.2.2");
        List<Layer> layers = List.of(layer(ENDS, false), layer(other, true));
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), other));
        assertEquals(List.of(other.source()), sources(layers));
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS,
                new TunnelEnds.Leg(GROUP, SecurityProtocol.ESP, 1), other));
        assertEquals(List.of(ENDS.source(), other.source()), sources(layers));
        ends.replace(GROUP, Map.of());
        assertEquals(List.of(other.source()), sources(layers), "before there is an SA");
    }

    private static Layer layer(TunnelEnds.Ends ends, boolean required) {
        return new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(ends.source()),
                Optional.of(ends.destination()), required);
    }

    private List<InetAddress> sources(List<Layer> layers) throws Exception {
        return entry(XfrmPolicy.Way.OUT, layers).templates().stream().map(each -> each.source().orElseThrow()).toList();
    }

    /// The routes go by it: the inner tunnel's end may have no way on this host.
    @Test
    void theOutermostTunnelIsTheLastLayersThatHasAnSa() {
        var outer = tunnel("192.0.2.1", "198.51.100.2");
        Layer use = new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(outer.destination()), false);
        assertEquals(Optional.empty(), ends.outermost(GROUP, List.of(TUNNEL, use)));
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS));
        assertEquals(Optional.of(ENDS), ends.outermost(GROUP, List.of(TUNNEL, use)));
        ends.replace(GROUP, Map.of(leg(SecurityProtocol.ESP), ENDS,
                new TunnelEnds.Leg(GROUP, SecurityProtocol.ESP, 1), outer));
        assertEquals(Optional.of(outer), ends.outermost(GROUP, List.of(TUNNEL, use)));
    }

    private List<InetAddress> destinations(List<Layer> layers) throws Exception {
        return entry(XfrmPolicy.Way.OUT, layers).templates().stream().map(each -> each.destination().orElseThrow())
                .toList();
    }
}
