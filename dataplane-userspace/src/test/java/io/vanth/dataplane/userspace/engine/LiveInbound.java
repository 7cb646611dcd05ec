package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
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
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An inbound SA of the right-hand engine, and a peer that holds its key and seals whatever a test wants.
final class LiveInbound {
    static final int SPI = 0x5151_0001;
    private static final int ROOM = 8192;
    static final int IPV4 = 4;

    private final InMemoryNetwork network;
    private final InetSocketAddress peer;
    private final InetSocketAddress local;
    private final Optional<InMemoryPlanes> planes;
    private final EspSealer sealer;
    private int sequence;

    LiveInbound(InMemoryPlanes planes, EspTransform transform) throws Exception {
        this(planes.network(), planes.right().plane(), InMemoryPlanes.LEFT, InMemoryPlanes.RIGHT, Optional.of(planes),
                transform);
    }

    private LiveInbound(InMemoryNetwork network, DataPlane plane, InetSocketAddress peer, InetSocketAddress local,
            Optional<InMemoryPlanes> planes, EspTransform transform) throws Exception {
        this.network = network;
        this.peer = peer;
        this.local = local;
        this.planes = planes;
        byte[] key = new byte[transform.keyBytes()];
        Arrays.fill(key, (byte) 0x5A);
        int split = transform.cipherKeyBytes();
        sealer = EspSealer.of(transform, key, new SecureRandom());
        SaId id = new SaId(SecurityProtocol.ESP, local.getAddress(), new Spi(SPI));
        TrafficPair traffic = new TrafficPair(TrafficSelector.parse("10.2.0.0/16"),
                TrafficSelector.parse("10.1.0.0/16"));
        try (Secret cipherKey = Secret.copyOf(key, 0, split);
                Secret integrityKey = Secret.copyOf(key, split, key.length - split)) {
            plane.install(List.of(new SecurityAssociation(id, Direction.INBOUND,
                    peer.getAddress(), Mode.TUNNEL, transform, cipherKey, integrityKey,
                    List.of(traffic), Optional.of(new UdpEncapsulation(4500, 4500)), ReplayProtection.window(64),
                    OuterHeader.DEFAULT, Lifetime.UNLIMITED,
                    Lifetime.UNLIMITED, new SaGroup(1)))).toCompletableFuture().get();
        }
    }

    /// On any data plane, for packets from `peer` to `local`.
    static LiveInbound on(InMemoryNetwork network, DataPlane plane, InetSocketAddress peer, InetSocketAddress local)
            throws Exception {
        return new LiveInbound(network, plane, peer, local, Optional.empty(),
                EspTransform.aead(Cipher.AES_GCM_16, 128));
    }

    static LiveInbound gcm(InMemoryPlanes planes) throws Exception {
        return new LiveInbound(planes, EspTransform.aead(Cipher.AES_GCM_16, 128));
    }

    static byte[] goodPacket(String text) {
        return InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, text.getBytes(StandardCharsets.US_ASCII));
    }

    /// An authentic ESP packet with the next sequence number.
    byte[] sealed(int nextHeader, byte[] payload) throws GeneralSecurityException {
        byte[] plain = Arrays.copyOf(payload, payload.length + EspSealer.TAILROOM);
        byte[] out = new byte[ROOM + payload.length];
        int length = sealer.seal(SPI, ++sequence, nextHeader, plain, 0, payload.length, out, 0);
        return Arrays.copyOf(out, length);
    }

    void deliver(byte[] datagram) {
        deliver(peer, datagram);
    }

    void deliver(InetSocketAddress from, byte[] datagram) {
        if (!network.deliver(new InMemoryNetwork.Datagram(from, local, datagram))) {
            throw new IllegalStateException("nobody took the datagram");
        }
    }

    /// Sends a good packet and waits for it, by which all before it has been dealt with.
    void settle(String text) throws Exception {
        byte[] packet = goodPacket(text);
        deliver(sealed(IPV4, packet));
        byte[] arrived = planes.orElseThrow().right().inner().take(java.time.Duration.ofSeconds(30)).orElseThrow();
        if (!Arrays.equals(packet, arrived)) {
            throw new AssertionError("another packet came first: " + Arrays.toString(arrived));
        }
    }

    long counter(DropReason reason) {
        return planes.orElseThrow().right().plane().counters().get(reason.counterName());
    }
}
