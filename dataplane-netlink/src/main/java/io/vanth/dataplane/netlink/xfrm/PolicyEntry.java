package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SecurityProtocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a policy is in the kernel, for one selector and direction.
///
/// Inbound, its templates name the SAs by their request id alone, whatever address they come from. Outbound, tunnel mode
/// needs the tunnel's ends: those of the installed SAs, or the peer that the policy names (the kernel then chooses the
/// source by its routes). While there are neither, the entry wants an SA that never comes: it lets nothing out, and the
/// kernel tells of packets that met it; or it blocks, where no SA is to be asked for.
final class PolicyEntry {
    /// Both ends of the tunnel that never comes. The kernel keeps a state for each request id and pair of ends that it waits
    /// for, and asks once as long as it is there: so there is one for each group, however many addresses are called. No packet goes there (RFC 1122 section 3.2.1.3, RFC 6666).
    private static final InetAddress NOWHERE = InetAddress.ofLiteral("0.0.0.1");
    private static final InetAddress NOWHERE6 = InetAddress.ofLiteral("100::1");

    private PolicyEntry() {}

    static XfrmPolicy of(Policy policy, XfrmSelector selector, XfrmPolicy.Way way, TunnelEnds ends)
            throws DataPlaneException {
        return switch (policy.action()) {
            case Policy.Bypass() -> entry(policy, selector, way, true, List.of());
            case Policy.Discard() -> entry(policy, selector, way, false, List.of());
            case Policy.Protect protect when way == XfrmPolicy.Way.OUT -> outbound(policy, protect, selector, ends);
            case Policy.Protect protect -> entry(policy, selector, way, true, inbound(protect, selector, ends));
        };
    }

    private static XfrmPolicy entry(Policy policy, XfrmSelector selector, XfrmPolicy.Way way, boolean allow,
            List<XfrmPolicy.Template> templates) {
        return new XfrmPolicy(selector, way, 0, OwnNumbers.FIRST_PRIORITY + policy.order(), allow, templates,
                Optional.empty(), 0);
    }

    private static List<XfrmPolicy.Template> inbound(Policy.Protect protect, XfrmSelector selector, TunnelEnds ends)
            throws DataPlaneException {
        List<Optional<TunnelEnds.Ends>> known = ends.of(protect.group(), protect.layers());
        int requestId = OwnNumbers.requestId(protect.group());
        return around(protect, 0, selector.source().isIpv6(), known, requestId);
    }

    /// The layers of a policy from number `first` on, inbound.
    ///
    /// @param ipv6  the family of what is inside of them
    /// @param known the ends of each layer of the policy
    static List<XfrmPolicy.Template> around(Policy.Protect protect, int first, boolean ipv6,
            List<Optional<TunnelEnds.Ends>> known, int requestId) {
        var templates = new ArrayList<XfrmPolicy.Template>();
        boolean outer = ipv6;
        for (int index = first; index < known.size(); index++) {
            Layer layer = protect.layers().get(index);
            outer = outerIsIpv6(layer, outer, known.get(index));
            // A small packet comes uncompressed (RFC 3173 section 2.2).
            boolean optional = !layer.required() || layer.protocol() == SecurityProtocol.IPCOMP;
            templates.add(new XfrmPolicy.Template(layer.protocol(), layer.mode(), Optional.empty(), Optional.empty(),
                    outer, requestId, optional));
        }
        return templates;
    }

    /// Of the packets that leave a layer; transport mode leaves the family what it is.
    private static boolean outerIsIpv6(Layer layer, boolean inside, Optional<TunnelEnds.Ends> ends) {
        return layer.mode() == Mode.TUNNEL
                ? ends.map(TunnelEnds.Ends::destination).or(layer::peer).map(Xfrm::isIpv6).orElse(inside)
                : inside;
    }

    private static XfrmPolicy outbound(Policy policy, Policy.Protect protect, XfrmSelector selector, TunnelEnds ends)
            throws DataPlaneException {
        var templates = new ArrayList<XfrmPolicy.Template>();
        boolean ipv6 = selector.source().isIpv6();
        List<Optional<TunnelEnds.Ends>> known = ends.of(protect.group(), protect.layers());
        for (int index = 0; index < known.size(); index++) {
            Layer layer = protect.layers().get(index);
            ipv6 = outerIsIpv6(layer, ipv6, known.get(index));
            Optional<XfrmPolicy.Template> template = outbound(protect.group(), layer, ipv6, known.get(index));
            if (template.isPresent()) {
                templates.add(template.get());
            } else if (layer.required()) {
                return waiting(policy, protect, selector);
            }
        }
        return entry(policy, selector, XfrmPolicy.Way.OUT, true, templates);
    }

    private static Optional<XfrmPolicy.Template> outbound(SaGroup group, Layer layer, boolean ipv6,
            Optional<TunnelEnds.Ends> found) throws DataPlaneException {
        if (!layer.required() && found.isEmpty()) {
            return Optional.empty();
        }
        int requestId = OwnNumbers.requestId(group);
        if (layer.mode() == Mode.TRANSPORT) {
            return found.map(_ -> new XfrmPolicy.Template(layer.protocol(), Mode.TRANSPORT, Optional.empty(),
                    Optional.empty(), ipv6, requestId, false));
        }
        Optional<InetAddress> destination = found.map(TunnelEnds.Ends::destination).or(layer::peer);
        return destination.map(peer -> new XfrmPolicy.Template(layer.protocol(), Mode.TUNNEL, Optional.of(peer),
                found.map(TunnelEnds.Ends::source).or(layer::local), ipv6, requestId, false));
    }

    private static XfrmPolicy waiting(Policy policy, Policy.Protect protect, XfrmSelector selector)
            throws DataPlaneException {
        if (!protect.acquire()) {
            return entry(policy, selector, XfrmPolicy.Way.OUT, false, List.of());
        }
        boolean ipv6 = selector.source().isIpv6();
        Optional<InetAddress> nowhere = Optional.of(ipv6 ? NOWHERE6 : NOWHERE);
        return entry(policy, selector, XfrmPolicy.Way.OUT, true,
                List.of(new XfrmPolicy.Template(SecurityProtocol.ESP, Mode.TUNNEL, nowhere, nowhere, ipv6,
                        OwnNumbers.requestId(protect.group()), false)));
    }
}
