package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.netlink.nftables.AddressSet;
import io.vanth.dataplane.netlink.nftables.FilterRule;
import io.vanth.dataplane.netlink.nftables.FilterTable;
import io.vanth.dataplane.netlink.nftables.Hook;
import java.util.List;
import java.util.function.UnaryOperator;

/// The chains of the leak filter that every policy needs:
///
///     forged   from protected: ask from-elsewhere      lo, by the TUN device or by the way to its source: pass
///                                                      IKE, ESP, AH, ND: pass             ask inbound
///     input    from protected: ask arriving            IKE, ESP, AH, ND, lo: pass
///                                                      not by the TUN device: ask own, then inbound
///     forward  from protected, not by the TUN device: ask passing-from    ask own, then inbound
///              to protected, not out of the TUN device: ask passing-to    by the TUN device: ask to-own, else own
///                                                                         ask outbound
///     output   to protected: ask leaving               lo, marked, IKE, ESP, AH, ND: pass
///                                                      not by the TUN device: ask own, then outbound
///     restore-mark  IKE, ESP, AH to this host: get the engine's mark
///
/// What claims to be of an own network and does not come by the way to it has been through `inbound` before it is
/// believed: before routing, where every kernel can look that way up.
///
/// Each packet of the host passes here, so what tells most of them apart at the least cost comes first.
final class BaseChains {
    static final String INBOUND = "inbound";
    static final String OUTBOUND = "outbound";
    static final String RESTORE_MARK = "restore-mark";
    /// Before the filters of others, behind the translation of destinations; marks are needed before routing.
    static final int FILTER_PRIORITY = -10;
    private static final int MARK_PRIORITY = -150;

    private static final String FORGED = "forged";
    private static final String INPUT = "input";
    private static final String FORWARD = "forward";
    private static final String OUTPUT = "output";
    private static final String FROM_ELSEWHERE = "from-elsewhere";
    private static final String ARRIVING = "arriving";
    private static final String PASSING_FROM = "passing-from";
    private static final String PASSING_TO = "passing-to";
    private static final String LEAVING = "leaving";
    private static final List<String> ALL = List.of(FORGED, INPUT, FORWARD, OUTPUT, FROM_ELSEWHERE,
            ARRIVING, PASSING_FROM, PASSING_TO, LEAVING);

    private static final String LOOPBACK = "lo";
    private static final int UDP = 17;
    private static final int ESP = 50;
    private static final int AH = 51;
    private static final int ICMPV6 = 58;
    private static final int FIRST_NEIGHBOUR_DISCOVERY = 133;
    private static final int LAST_NEIGHBOUR_DISCOVERY = 137;
    private static final List<Integer> IKE_PORTS = List.of(500, 4500);

    private final String tun;

    BaseChains(String tun) {
        this.tun = tun;
    }

    /// Makes them anew: an earlier run may have had another TUN device.
    ///
    /// @param known whether all that is protected is in the sets; if not, every packet is held against the policies
    void write(FilterTable.Transaction change, boolean known) {
        change.table().chain(INBOUND).chain(OUTBOUND).chain(OwnChains.OWN).chain(OwnChains.TO_OWN)
                .chain(FROM_ELSEWHERE).chain(ARRIVING).chain(PASSING_FROM).chain(PASSING_TO).chain(LEAVING)
                .chain(RESTORE_MARK, Hook.PREROUTING, MARK_PRIORITY).chain(FORGED, Hook.PREROUTING, FILTER_PRIORITY)
                .chain(INPUT, Hook.INPUT, FILTER_PRIORITY).chain(FORWARD, Hook.FORWARD, FILTER_PRIORITY)
                .chain(OUTPUT, Hook.OUTPUT, FILTER_PRIORITY);
        ALL.forEach(change::flush);
        askWhomItConcerns(change, known);
        mark(change);
        refuseForged(change);
        arriving(change);
        passing(change);
        leaving(change);
    }

    private void askWhomItConcerns(FilterTable.Transaction change, boolean known) {
        List<UnaryOperator<FilterRule>> sources = conditions(known, FilterRule::source);
        List<UnaryOperator<FilterRule>> destinations = conditions(known, FilterRule::destination);
        for (UnaryOperator<FilterRule> from : sources) {
            change.append(FORGED, from.apply(new FilterRule()).jump(FROM_ELSEWHERE), "")
                    .append(INPUT, from.apply(new FilterRule()).jump(ARRIVING), "")
                    .append(FORWARD, from.apply(new FilterRule()).inputLinkNot(tun).jump(PASSING_FROM), "");
        }
        for (UnaryOperator<FilterRule> to : destinations) {
            change.append(FORWARD, to.apply(new FilterRule().outputLinkNot(tun)).jump(PASSING_TO), "")
                    .append(OUTPUT, to.apply(new FilterRule()).jump(LEAVING), "");
        }
    }

    private interface Condition {
        FilterRule of(FilterRule rule, AddressSet set);
    }

    private static List<UnaryOperator<FilterRule>> conditions(boolean known, Condition condition) {
        return known
                ? ProtectedAddresses.SETS.stream()
                        .<UnaryOperator<FilterRule>>map(set -> rule -> condition.of(rule, set)).toList()
                : List.of(UnaryOperator.identity());
    }

    private void refuseForged(FilterTable.Transaction change) {
        change.append(FROM_ELSEWHERE, new FilterRule().inputLink(LOOPBACK).accept(), "loopback")
                .append(FROM_ELSEWHERE, new FilterRule().inputLink(tun).accept(), "")
                .append(FROM_ELSEWHERE, new FilterRule().fromWhereItsSourceIs().accept(), "by the way to its source");
        exempt(change, FROM_ELSEWHERE, false, FilterRule::toThisHost);
        change.append(FROM_ELSEWHERE, new FilterRule().jump(INBOUND), "");
    }

    private void arriving(FilterTable.Transaction change) {
        exempt(change, ARRIVING, false, UnaryOperator.identity());
        change.append(ARRIVING, new FilterRule().inputLink(LOOPBACK).accept(), "loopback")
                .append(ARRIVING, new FilterRule().inputLinkNot(tun).jump(OwnChains.OWN), "")
                .append(ARRIVING, new FilterRule().inputLinkNot(tun).jump(INBOUND), "");
    }

    private void passing(FilterTable.Transaction change) {
        change.append(PASSING_FROM, new FilterRule().jump(OwnChains.OWN), "")
                .append(PASSING_FROM, new FilterRule().jump(INBOUND), "")
                .append(PASSING_TO, new FilterRule().inputLink(tun).jump(OwnChains.TO_OWN), "")
                .append(PASSING_TO, new FilterRule().inputLinkNot(tun).jump(OwnChains.OWN), "")
                .append(PASSING_TO, new FilterRule().jump(OUTBOUND), "");
    }

    private void leaving(FilterTable.Transaction change) {
        change.append(LEAVING, new FilterRule().outputLink(LOOPBACK).accept(), "loopback")
                .append(LEAVING, new FilterRule().marked(HostNumbers.MARK).accept(), "the engine's own");
        exempt(change, LEAVING, true, UnaryOperator.identity());
        change.append(LEAVING, new FilterRule().outputLinkNot(tun).jump(OwnChains.OWN), "")
                .append(LEAVING, new FilterRule().outputLinkNot(tun).jump(OUTBOUND), "");
    }

    /// @param those asks the rest of the condition
    private static void exempt(FilterTable.Transaction change, String chain, boolean source,
            UnaryOperator<FilterRule> those) {
        for (int port : IKE_PORTS) {
            FilterRule udp = new FilterRule().protocol(UDP);
            FilterRule ike = source ? udp.sourcePort(port, port) : udp.destinationPort(port, port);
            change.append(chain, those.apply(ike).accept(), "IKE");
        }
        change.append(chain, those.apply(new FilterRule().protocol(ESP)).accept(), "ESP")
                .append(chain, those.apply(new FilterRule().protocol(AH)).accept(), "AH");
        change.append(chain, new FilterRule().protocol(ICMPV6)
                .icmpType(FIRST_NEIGHBOUR_DISCOVERY, LAST_NEIGHBOUR_DISCOVERY).accept(), "neighbour discovery");
    }

    /// A peer that is itself in a protected network is reached by the TUN device, so a strict reverse path filter would
    /// drop its IKE and ESP. With the mark it looks the way up as the engine's own packets go. By routes of the operator
    /// that may be so of any peer. The chain must be there.
    static void mark(FilterTable.Transaction change) {
        change.flush(RESTORE_MARK);
        for (int port : IKE_PORTS) {
            change.append(RESTORE_MARK, new FilterRule().protocol(UDP).destinationPort(port, port).toThisHost()
                    .setMark(HostNumbers.MARK), "IKE");
        }
        change.append(RESTORE_MARK, new FilterRule().protocol(ESP).toThisHost().setMark(HostNumbers.MARK), "ESP")
                .append(RESTORE_MARK, new FilterRule().protocol(AH).toThisHost().setMark(HostNumbers.MARK), "AH");
    }
}
