package io.vanth.lab.kernel;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.netlink.xfrm.XfrmDataPlaneProvider;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.testkit.ConnectedPlanes;
import io.vanth.dataplane.testkit.EventLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Two gateways, each a network namespace: inside and outside are TUN devices, whose other ends the test holds.
///
///     test -- lan -- left gateway -- wan -- test -- wan -- right gateway -- lan -- test
///
/// What a gateway itself sends and receives, as in transport mode, goes through its UDP socket.
final class XfrmPlanes implements ConnectedPlanes {
    private static final String LEFT = "192.0.2.1";
    private static final String RIGHT = "192.0.2.2";
    private static final int PROTOCOL_OFFSET = 9;
    private static final int IPV4 = 4;
    private static final int ESP = 50;
    /// Really passes here.
    private static final int TIME_DIVISOR = 10;

    private Gateway left;
    private volatile Gateway right;
    private volatile byte[] lastSealed = {};
    private volatile int lastProtocol;

    private XfrmPlanes() {}

    static XfrmPlanes open() throws Exception {
        XfrmPlanes planes = new XfrmPlanes();
        planes.left = new Gateway(LEFT, "10.1.0.0/16", "fd01::/64", planes::toRight);
        planes.right = new Gateway(RIGHT, "10.2.0.0/16", "fd02::/64", packet -> planes.left.wan.send(packet));
        return planes;
    }

    private void toRight(byte[] packet) {
        if (packet[0] >> 4 == IPV4) {
            lastProtocol = packet[PROTOCOL_OFFSET];
        }
        if (packet[PROTOCOL_OFFSET] == ESP) {
            lastSealed = packet;
        }
        Gateway there = right;
        if (there != null) {
            there.wan.send(packet);
        }
    }

    @Override
    public Side left() {
        return left.side;
    }

    @Override
    public Side right() {
        return right.side;
    }

    @Override
    public Duration scaled(Duration time) {
        return time.dividedBy(TIME_DIVISOR);
    }

    @Override
    public boolean limitsAtOnce() {
        return false;
    }

    @Override
    public Optional<String> sharedSelectorDrops() {
        return Optional.of("xfrm_in_state_mismatch");
    }

    @Override
    public Optional<String> sharedPolicyDrops() {
        return Optional.of("xfrm_in_no_pols");
    }

    @Override
    public void advance(Duration time) {}

    @Override
    public int lastOuterProtocol() {
        return lastProtocol;
    }

    @Override
    public void replayLast() {
        right.wan.send(lastSealed);
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }

    private static final class Gateway implements AutoCloseable {
        private final NetworkNamespace namespace;
        private final PacketPipe lan;
        private final OwnTraffic own;
        private final PacketPipe wan;
        private final Side side;

        private Gateway(String outer, String network, String network6, Consumer<byte[]> sealed) throws Exception {
            namespace = NetworkNamespace.create();
            Inner inner = new Inner();
            lan = namespace.call(() -> PacketPipe.open("lan", inner::arrived));
            inner.lan = lan;
            wan = namespace.call(() -> PacketPipe.open("wan", sealed));
            namespace.command("ip", "address", "add", outer + "/24", "dev", "wan");
            namespace.command("ip", "route", "add", network, "dev", "lan");
            namespace.command("ip", "-6", "route", "add", network6, "dev", "lan");
            namespace.command("ip", "route", "add", "default", "dev", "wan");
            namespace.command("ip", "-6", "route", "add", "default", "dev", "wan");
            namespace.run(() -> {
                set("net/ipv4/ip_forward", "1");
                set("net/ipv6/conf/all/forwarding", "1");
                // Hold packets while an SA is asked for, as an operator may choose.
                set("net/core/xfrm_larval_drop", "0");
            });
            own = namespace.call(() -> OwnTraffic.open(outer, inner.packets::add));
            inner.own = own;
            EventLog events = new EventLog();
            DataPlane plane = namespace.call(() -> new XfrmDataPlaneProvider().open(new DataPlaneContext("", 0, true,
                    false, events, InstantSource.system(), new SecureRandom())));
            side = new Side(plane, events, new InetSocketAddress(InetAddress.ofLiteral(outer), 0), inner);
        }

        private static void set(String name, String value) throws Exception {
            Files.writeString(Path.of("/proc/sys", name), value);
        }

        @Override
        public void close() {
            side.plane().close();
            own.close();
            lan.close();
            wan.close();
            namespace.close();
        }
    }

    /// A host behind a gateway. Two gateways lie between two hosts, and each takes one from the TTL: it is put back, so
    /// that packets are comparable.
    private static final class Inner implements InnerSide {
        private static final int GATEWAYS = 2;
        private static final int TTL_OFFSET = 8;
        private static final int CHECKSUM_OFFSET = 10;
        private static final int HOP_LIMIT_OFFSET = 7;
        private static final int NEXT_HEADER_OFFSET = 6;
        private static final int UDP = 17;

        private final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
        private PacketPipe lan;
        private OwnTraffic own;

        private void arrived(byte[] packet) {
            if (packet[0] >> 4 != IPV4 && packet[NEXT_HEADER_OFFSET] != UDP) {
                return; // the gateway's own multicast
            }
            if (packet[0] >> 4 == IPV4) {
                packet[TTL_OFFSET] = (byte) (packet[TTL_OFFSET] + GATEWAYS);
                ByteBuffer header = ByteBuffer.wrap(packet);
                int sum = Short.toUnsignedInt((short) ~header.getShort(CHECKSUM_OFFSET)) + (GATEWAYS << 8);
                header.putShort(CHECKSUM_OFFSET, (short) ~((sum & 0xFFFF) + (sum >>> 16)));
            } else {
                packet[HOP_LIMIT_OFFSET] = (byte) (packet[HOP_LIMIT_OFFSET] + GATEWAYS);
            }
            packets.add(packet);
        }

        @Override
        public void send(byte[] packet) {
            if (own.isFrom(packet)) {
                own.send(packet);
            } else {
                lan.send(packet);
            }
        }

        @Override
        public Optional<byte[]> take(Duration timeout) throws InterruptedException {
            return Optional.ofNullable(packets.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
        }
    }
}
