package io.vanth.ike.demo;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Control;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.policy.Hooks;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.Ports;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.StartException;
import io.vanth.ike.runtime.SteadyClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One side: the real daemon with the real engine on real UDP sockets, whose TUN device is in memory.
final class Gateway implements AutoCloseable {
    /// What both sides call it.
    static final String CONNECTION = "demo";
    static final String TUNNEL = "lan";
    private static final int MTU = 1400;
    private static final int NO_MARK = 0;

    private final Site site;
    private final Daemon daemon;
    private final Receiver receiver;
    private final InMemoryDevices devices;
    private final Semaphore up;

    /// A side's addresses.
    record Site(String name, InetAddress address, Ports ports, String network) {
        InetAddress host() {
            byte[] first = AddressRange.parse(network).first().getAddress();
            first[first.length - 1] = 1;
            try {
                return InetAddress.getByAddress(first);
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private Gateway(Site site, Daemon daemon, InMemoryDevices devices, Semaphore up) {
        this.site = site;
        this.daemon = daemon;
        this.devices = devices;
        this.up = up;
        this.receiver = new Receiver(devices.tun(), site.name());
    }

    /// Starts the gateway of `own`; each of its tunnel's new SA pairs counts for [#awaitUp(Duration)].
    static Gateway start(Site own, Site peer, Secret key, StartMode mode, Consumer<Report> reports)
            throws StartException {
        InMemoryDevices devices = new InMemoryDevices(local -> NatTraversalSocket.open(local, NO_MARK));
        Semaphore up = new Semaphore(0);
        Daemon daemon = Daemon.open(new Daemon.Setup(own.name(), configuration(own, peer, key, mode),
                new UserspaceDataPlaneProvider(devices), true, new SteadyClock(), new SecureRandom(), report -> {
                    reports.accept(report);
                    if (report instanceof Report.TunnelUp) {
                        up.release();
                    }
                }, _ -> {}));
        daemon.begin();
        return new Gateway(own, daemon, devices, up);
    }

    private static Configuration configuration(Site own, Site peer, Secret key, StartMode mode) {
        Tunnel tunnel = new Tunnel(TUNNEL, new SaGroup(1),
                new TrafficPair(TrafficSelector.parse(own.network()), TrafficSelector.parse(peer.network())),
                List.of(ProposalNames.parseEsp("aes256gcm16")), Duration.ofHours(1), mode);
        Connection connection = new Connection(CONNECTION, new LocalHost.Address(own.address()),
                List.of(new PeerHost.Address(peer.address())),
                own.ports(),
                peer.ports(), Identity.of(own.address()), Identity.of(peer.address()),
                new Authentication.PreShared(key.copy()), PhaseOneMode.MAIN,
                List.of(ProposalNames.parseIke("aes256-sha256-modp2048")), Duration.ofHours(8), Encapsulation.YES,
                Fragmentation.DEFAULT, Uniqueness.REPLACE, Set.of(),
                new Dpd(Duration.ofSeconds(30), Duration.ofMinutes(2), Dpd.Action.RESTART), Retransmission.DEFAULT,
                Hooks.NONE,
                List.of(tunnel));
        return new Configuration(Control.on(Path.of("unused")), Optional.empty(), new Configuration.Log(false, "warn"),
                own.ports(), Optional.empty(),
                new Configuration.DataPlaneChoice("userspace", "demo-" + own.name(), MTU, false,
                        EnumSet.allOf(SecurityProtocol.class)),
                List.of(connection), ManualEntries.NONE);
    }

    Site site() {
        return site;
    }

    Daemon daemon() {
        return daemon;
    }

    Receiver receiver() {
        return receiver;
    }

    /// Waits for a new SA pair since the last call.
    boolean awaitUp(Duration limit) throws InterruptedException {
        return up.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// A host behind this gateway sends; false when the gateway has no room.
    boolean send(byte[] packet) {
        return devices.tun().inject(packet);
    }

    @Override
    public void close() {
        receiver.close();
        daemon.close();
        daemon.setup().configuration().close();
    }
}
