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
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What is between the layers of a bundle is let in, where it came out of the layers around it.
final class NestedEntriesTest {
    private static final SaGroup GROUP = new SaGroup(5);
    private static final int ESP = SecurityProtocol.ESP.ipProtocol();
    private static final Layer AH = Layer.required(SecurityProtocol.AH, Mode.TRANSPORT);
    private static final Layer INNER = tunnel("203.0.113.1", "203.0.113.2");
    private static final Layer OUTER = tunnel("192.0.2.1", "192.0.2.2");

    private final TunnelEnds ends = new TunnelEnds();

    private static Layer tunnel(String local, String peer) {
        return new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(InetAddress.ofLiteral(local)),
                Optional.of(InetAddress.ofLiteral(peer)), true);
    }

    private List<XfrmPolicy> entries(Layer... layers) {
        var policy = new Policy("p", 1, new TrafficPair(TrafficSelector.parse("10.1.0.0/16"),
                TrafficSelector.parse("10.2.0.0/16")), new Policy.Protect(GROUP, List.of(layers), false));
        return List.copyOf(new NestedEntries(ends, _ -> 0).of(List.of(policy)).values());
    }

    private static void assertLetsIn(XfrmPolicy entry, String source, String destination) {
        assertTrue(entry.allow());
        assertEquals(XfrmPolicy.Way.IN, entry.way());
        assertEquals(source, entry.selector().source().toString());
        assertEquals(destination, entry.selector().destination().toString());
        assertEquals(ESP, entry.selector().protocol());
    }

    private static void assertTemplate(XfrmPolicy entry, SecurityProtocol protocol, Mode mode) {
        assertEquals(1, entry.templates().size());
        XfrmPolicy.Template template = entry.templates().getFirst();
        assertEquals(protocol, template.protocol());
        assertEquals(mode, template.mode());
        assertTrue(template.optional(), "with another SA around than this policy's");
    }

    @Test
    void oneLayerHasNothingInside() {
        assertEquals(List.of(), entries(OUTER));
    }

    @Test
    void theInnerTunnelComesOutOfTheOuterOne() {
        XfrmPolicy entry = entries(INNER, OUTER).getFirst();
        assertLetsIn(entry, "203.0.113.2/32", "203.0.113.1/32");
        assertTemplate(entry, SecurityProtocol.ESP, Mode.TUNNEL);
        assertEquals(1, entries(INNER, OUTER).size());
    }

    @Test
    void itFollowsItsPeer() {
        var now = new TunnelEnds.Ends(Mode.TUNNEL, INNER.local().orElseThrow(), INNER.peer().orElseThrow());
        ends.replace(GROUP, Map.of(new TunnelEnds.Leg(GROUP, SecurityProtocol.ESP, 0),
                now.movedTo(InetAddress.ofLiteral("198.51.100.7"))));
        assertLetsIn(entries(INNER, OUTER).getFirst(), "198.51.100.7/32", "203.0.113.1/32");
    }

    @Test
    void espBetweenHostsComesOutOfAh() {
        XfrmPolicy entry = entries(Layer.required(SecurityProtocol.ESP, Mode.TRANSPORT), AH).getFirst();
        assertLetsIn(entry, "10.2.0.0/16", "10.1.0.0/16");
        assertTemplate(entry, SecurityProtocol.AH, Mode.TRANSPORT);
    }

    @Test
    void eachOfThreeLayersComesOutOfThoseAround() {
        List<XfrmPolicy> all = entries(INNER, Layer.required(SecurityProtocol.ESP, Mode.TRANSPORT), OUTER);
        assertEquals(1, all.size(),
                "of the tunnel and of transport mode, between the same hosts: with and without the layer between them");
        assertEquals(2, all.getFirst().templates().size());
        assertEquals(List.of(), entries(Layer.required(SecurityProtocol.AH, Mode.TUNNEL), OUTER),
                "the kernel looks at ESP alone");
    }
}
