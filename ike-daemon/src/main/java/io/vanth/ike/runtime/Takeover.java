package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.manual.ManualTable;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.LocalHost;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a running daemon gets from some connections and manual entries to others: what may be refused comes first, each step
/// so that it can be taken back; then the core, which refuses nothing; and what has no use any more goes when the core has
/// ended what used it.
///
/// @param core takes an event, and returns when its effects are done
record Takeover(LocalAddresses addresses, TunnelPolicies policies, ManualTable manual, TunnelHooks hooks,
        LocalAddresses.Listener core) {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    /// Blocks. When it fails everything is as before, or the message says what is not.
    ///
    /// @return the manual SAs that had to be installed anew
    List<String> perform(List<Connection> before, List<Connection> next, ManualEntries entries) throws StartException {
        try {
            Set<LocalHost> fresh = addresses.admit(locals(next));
            TunnelPolicies.Exchange exchange = add(before, next);
            List<String> restarted = configure(before, entries, exchange);
            hooks.configure(next);
            addresses.tell(fresh, this::tell);
            tell(new Event.Configured(next));
            policies.complete(exchange);
            addresses.keep(locals(next));
            return restarted;
        } catch (StartException refused) {
            throw refused.getSuppressed().length == 0
                    ? new StartException(refused.getMessage() + "; everything is as before", refused)
                    : new StartException("%s; and what had changed already could not be taken back: %s".formatted(
                            refused.getMessage(), refused.getSuppressed()[0].getMessage()), refused);
        }
    }

    private TunnelPolicies.Exchange add(List<Connection> before, List<Connection> next) throws StartException {
        try {
            return policies.add(next);
        } catch (StartException refused) {
            addresses.keep(locals(before));
            throw refused;
        }
    }

    private List<String> configure(List<Connection> before, ManualEntries entries, TunnelPolicies.Exchange exchange)
            throws StartException {
        try {
            return manual.configure(entries);
        } catch (DataPlaneException | RuntimeException refused) {
            var why = new StartException("the data plane refuses: "
                    + (refused instanceof DataPlaneException ? refused.getMessage() : refused.toString()), refused);
            policies.giveUp(exchange, why);
            addresses.keep(locals(before));
            throw why;
        }
    }

    /// From here on there is no way back. A core that does not answer in time does it later, or the daemon ends with it.
    private void tell(Event event) {
        try {
            core.take(event);
        } catch (StartException late) {
            LOG.error("the change of the configuration is not done yet: {}", late.getMessage());
        }
    }

    static Set<LocalHost> locals(List<Connection> connections) {
        return connections.stream().map(Connection::local).collect(Collectors.toSet());
    }
}
