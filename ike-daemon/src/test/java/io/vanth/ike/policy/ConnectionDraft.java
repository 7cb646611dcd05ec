package io.vanth.ike.policy;

import io.vanth.dataplane.Secret;
import io.vanth.ike.identity.Identity;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// A connection of which a test changes only what it is about.
public final class ConnectionDraft {
    public String name;
    public LocalHost local;
    public List<PeerHost> remoteHosts;
    public Ports localPorts;
    public Ports remotePorts;
    public Identity localId;
    public Identity remoteId;
    public Authentication authentication;
    public PhaseOneMode mode;
    public List<IkeProposal> proposals;
    public Duration lifetime;
    public Encapsulation encapsulation;
    public Fragmentation fragmentation;
    public Uniqueness uniqueness;
    public Set<Risk> allowed;
    public Dpd dpd;
    public Retransmission retransmission;
    public Hooks hooks;
    public List<Tunnel> tunnels;

    private ConnectionDraft(Connection of) {
        name = of.name();
        local = of.local();
        remoteHosts = of.remoteHosts();
        localPorts = of.localPorts();
        remotePorts = of.remotePorts();
        localId = of.localId();
        remoteId = of.remoteId();
        authentication = of.authentication();
        mode = of.mode();
        proposals = of.proposals();
        lifetime = of.lifetime();
        encapsulation = of.encapsulation();
        fragmentation = of.fragmentation();
        uniqueness = of.uniqueness();
        allowed = of.allowed();
        dpd = of.dpd();
        retransmission = of.retransmission();
        hooks = of.hooks();
        tunnels = of.tunnels();
    }

    /// A plain connection between two addresses, which are the identities too: a pre-shared key, main mode, no tunnels.
    public static Connection plain(String name, InetAddress local, InetAddress remote, Secret key) {
        return new Connection(name, new LocalHost.Address(local), List.of(new PeerHost.Address(remote)), Ports.STANDARD,
                Ports.STANDARD,
                Identity.of(local),
                Identity.of(remote), new Authentication.PreShared(key), PhaseOneMode.MAIN,
                List.of(ProposalNames.parseIke("aes256-sha256-ecp256")), Duration.ofHours(8), Encapsulation.AUTO,
                Fragmentation.DEFAULT, Uniqueness.REPLACE, EnumSet.noneOf(Risk.class),
                new Dpd(Duration.ofSeconds(30), Duration.ofSeconds(120), Dpd.Action.RESTART), Retransmission.DEFAULT,
                Hooks.NONE, List.of());
    }

    /// `of` with a change.
    public static Connection change(Connection of, Consumer<ConnectionDraft> change) {
        var draft = new ConnectionDraft(of);
        change.accept(draft);
        return draft.connection();
    }

    private Connection connection() {
        return new Connection(name, local, remoteHosts, localPorts, remotePorts, localId, remoteId,
                authentication, mode, proposals, lifetime, encapsulation, fragmentation, uniqueness, allowed, dpd,
                retransmission, hooks,
                tunnels);
    }
}
