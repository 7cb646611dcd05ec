package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.netlink.nftables.FilterRule;
import io.vanth.dataplane.netlink.nftables.FilterTable;
import io.vanth.dataplane.netlink.nftables.StoredRule;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The chains that let own networks keep their way:
///
///     own      to link scope: accept     from an own network: ask own-to
///     to-own   all: ask own-to
///     own-to   to an own network: accept
///
/// There are two pairs of the chains that name the networks, in turn: one is filled step by step while the other is in
/// use, and taken into use in one step, however many networks there are.
final class OwnChains {
    /// What is between own networks, or goes to link scope.
    static final String OWN = "own";
    /// What goes to own networks.
    static final String TO_OWN = "to-own";

    private static final List<String> SOURCES = List.of("own-from-1", "own-from-2");
    private static final List<String> DESTINATIONS = List.of("own-to-1", "own-to-2");

    /// How many networks go in one step: what the kernel takes, and what it echoes, must fit into a socket's buffers.
    private static final int MAX_ADDED = 100;

    private final FilterTable table;
    private Optional<OwnNetworks> inUse = Optional.empty();
    private int pair;

    OwnChains(FilterTable table) {
        this.table = table;
    }

    /// Sees what is there; which networks that means is not known then.
    void takeStock(List<StoredRule> rules) {
        inUse = Optional.empty();
        pair = rules.stream().filter(rule -> rule.chain().equals(TO_OWN)).map(StoredRule::comment)
                .mapToInt(DESTINATIONS::indexOf).filter(index -> index >= 0).findFirst().orElse(0);
    }

    /// Those that keep their way, as far as it is known.
    Optional<OwnNetworks> inUse() {
        return inUse;
    }

    boolean has(OwnNetworks networks) {
        return inUse.equals(Optional.of(networks));
    }

    /// Fills the pair that is not in use, in a table that is there; [#use(FilterTable.Transaction, OwnNetworks)] comes next.
    void prepare(OwnNetworks networks) throws IOException {
        String sources = SOURCES.get(1 - pair);
        String destinations = DESTINATIONS.get(1 - pair);
        table.change().chain(sources).chain(destinations).flush(sources).flush(destinations).commit();
        for (int from = 0; from < networks.own().size(); from += MAX_ADDED) {
            FilterTable.Transaction change = table.change();
            for (AddressRange range : networks.own().subList(from,
                    Math.min(from + MAX_ADDED, networks.own().size()))) {
                change.append(destinations, new FilterRule().destination(range).accept(), "")
                        .append(sources, new FilterRule().source(range).goTo(destinations), "");
            }
            change.commit();
        }
    }

    /// Takes the prepared pair into use with `change`, and empties the other.
    void use(FilterTable.Transaction change, OwnNetworks networks) {
        change.chain(OWN).chain(TO_OWN).chain(SOURCES.get(pair)).chain(DESTINATIONS.get(pair)).flush(OWN).flush(TO_OWN);
        for (AddressRange scope : networks.linkScope()) {
            change.append(OWN, new FilterRule().destination(scope).accept(), "link scope");
        }
        change.append(OWN, new FilterRule().jump(SOURCES.get(1 - pair)), SOURCES.get(1 - pair))
                .append(TO_OWN, new FilterRule().jump(DESTINATIONS.get(1 - pair)), DESTINATIONS.get(1 - pair))
                .flush(SOURCES.get(pair)).flush(DESTINATIONS.get(pair));
    }

    /// The change of [#use(FilterTable.Transaction, OwnNetworks)] has been made.
    void used(OwnNetworks networks) {
        inUse = Optional.of(networks);
        pair = 1 - pair;
    }
}
