package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.netlink.route.IpPrefix;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// The entries for what is between the layers of a bundle. A kernel with the module `xfrm_interface` wants a policy for
/// each ESP packet that came out of another SA, and drops it where there is none; any other kernel never looks for these.
///
/// They let the packet come out of the layers around, and of any SA: that it went through all of the policy's own is seen
/// when the packet inside is there.
final class NestedEntries {
    private static final int ESP = SecurityProtocol.ESP.ipProtocol();
    private static final int ANY_SA = 0;

    private final TunnelEnds ends;
    private final ToIntFunction<Policy> interfaces;

    /// @param interfaces the number of the interface of a policy, or 0
    NestedEntries(TunnelEnds ends, ToIntFunction<Policy> interfaces) {
        this.ends = ends;
        this.interfaces = interfaces;
    }

    /// Those of all these policies, without numbers. Of the same packets the first policy decides.
    Map<KernelPolicies.Place, XfrmPolicy> of(List<Policy> policies) {
        var all = new HashMap<KernelPolicies.Place, XfrmPolicy>();
        for (Policy policy : policies) {
            if (policy.action() instanceof Policy.Protect protect && protect.layers().size() > 1) {
                add(all, policy, protect);
            }
        }
        return all;
    }

    private void add(Map<KernelPolicies.Place, XfrmPolicy> all, Policy policy, Policy.Protect protect) {
        List<XfrmSelector> packets = XfrmSelector.of(policy.traffic().remote(), policy.traffic().local()).stream()
                .map(each -> esp(each.source(), each.destination())).distinct().toList();
        List<Optional<TunnelEnds.Ends>> known = ends.of(protect.group(), protect.layers());
        int id = interfaces.applyAsInt(policy);
        for (int index = 0; index < known.size() - 1; index++) {
            Layer layer = protect.layers().get(index);
            if (layer.mode() == Mode.TUNNEL) {
                packets = tunnel(layer, known.get(index)).stream().toList();
            }
            if (layer.protocol() == SecurityProtocol.ESP) {
                for (XfrmSelector each : packets) {
                    all.putIfAbsent(new KernelPolicies.Place(each, XfrmPolicy.Way.IN, id),
                            entry(each,
                                    PolicyEntry.around(protect, index + 1, each.source().isIpv6(), known, ANY_SA), id));
                }
            }
        }
    }

    /// Empty while nobody knows whom the tunnel is with.
    private static Optional<XfrmSelector> tunnel(Layer layer, Optional<TunnelEnds.Ends> known) {
        Optional<InetAddress> local = known.map(TunnelEnds.Ends::source).or(layer::local);
        return known.map(TunnelEnds.Ends::destination).or(layer::peer).map(peer -> esp(host(peer),
                local.map(NestedEntries::host).orElseGet(() -> host(peer).around(0))));
    }

    private static IpPrefix host(InetAddress address) {
        return IpPrefix.covering(AddressRange.host(address)).getFirst();
    }

    private static XfrmSelector esp(IpPrefix source, IpPrefix destination) {
        return new XfrmSelector(source, destination, PortMask.ANY, PortMask.ANY, ESP);
    }

    private static XfrmPolicy entry(XfrmSelector selector, List<XfrmPolicy.Template> templates, int id) {
        return new XfrmPolicy(selector, XfrmPolicy.Way.IN, 0, OwnNumbers.OWN_PRIORITY, true,
                templates.stream().map(XfrmPolicy.Template::notRequired).toList(), Optional.empty(), id);
    }
}
