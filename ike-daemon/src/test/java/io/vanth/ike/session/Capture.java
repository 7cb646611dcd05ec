package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Everything that a pair sends, lost or not, as a pcap file of raw IPv4 packets.
final class Capture implements Pair.Observer {
    private static final int IP_AND_UDP_BYTES = 28;

    private static final int SECOND = 1_000_000;

    private final Pair pair;
    private final List<Bytes> packets = new ArrayList<>();

    private Capture(Pair pair) {
        this.pair = pair;
        packets.add(Bytes.ofHex("a1b2c3d4" + "00020004" + "0000000000000000" + "00040000" + "00000065"));
    }

    static Capture of(Pair pair) {
        var capture = new Capture(pair);
        pair.observe(capture);
        return capture;
    }

    @Override
    public void sent(Pair.Host from, Path path, Bytes datagram, boolean lost) {
        Bytes content = path.natTraversal() ? Bytes.concat(Bytes.ofInt(0), datagram) : datagram;
        add(17, path.local(), path.remote(), Bytes.concat(
                Bytes.ofInt(path.local().getPort() << 16 | path.remote().getPort()),
                Bytes.ofInt(content.length() + 8 << 16), content));
    }

    /// ICMP from the target of the last packet: nobody listens.
    void closed(InetSocketAddress from, InetSocketAddress to) {
        Bytes last = packets.getLast().from(16);
        add(1, from, to, Bytes.concat(Bytes.ofHex("0303000000000000"), last.slice(0, IP_AND_UDP_BYTES)));
    }

    private void add(int protocol, InetSocketAddress from, InetSocketAddress to, Bytes content) {
        Bytes packet = Bytes.concat(Bytes.ofInt(0x45000000 | content.length() + 20), Bytes.ofInt(0),
                Bytes.ofInt(64 << 24 | protocol << 16), Bytes.of(from.getAddress().getAddress()),
                Bytes.of(to.getAddress().getAddress()), content);
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, pair.now());
        packets.add(Bytes.concat(Bytes.ofInt((int) (micros / SECOND)), Bytes.ofInt((int) (micros % SECOND)),
                Bytes.ofInt(packet.length()), Bytes.ofInt(packet.length()),
                packet));
    }

    java.nio.file.Path write(java.nio.file.Path file) throws IOException {
        return Files.write(file, Bytes.concat(packets.toArray(Bytes[]::new)).toArray());
    }
}
