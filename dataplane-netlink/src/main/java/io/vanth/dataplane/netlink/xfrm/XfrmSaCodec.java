package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.netlink.message.AttributeReader;
import io.vanth.dataplane.netlink.message.AttributeWriter;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Messages about security associations.
///
/// ```
///   0 +---------------------------------------------------------------+
///     |                 selector (56), see XfrmSelector               |
///  56 +---------------------------------------------------------------+
///     |    id: destination (16), SPI in network order, protocol u8, 3 |
///  80 +---------------------------------------------------------------+
///     |                          source (16)                          |
///  96 +---------------------------------------------------------------+
///     |  limits, each u64: soft and hard bytes, soft and hard packets,|
///     |  soft and hard seconds after adding, and after the first use  |
/// 160 +---------------------------------------------------------------+
///     |      usage, each u64: bytes, packets, added, first used       |
/// 192 +---------------------------------------------------------------+
///     |   beyond the window u32, replayed u32, integrity failed u32   |
/// 204 +-------------------------------+-------------------------------+
///     |          sequence u32         |        request id u32         |
/// 212 +---------------+-------+-------+-------+-----------------------+
///     |  family u16   |mode u8|window u8      |flags u8, 7 unused     |
/// 224 +---------------+-------+---------------+-----------------------+
/// ```
final class XfrmSaCodec {
    static final int LENGTH = 224;
    private static final int DESTINATION_OFFSET = 56;
    private static final int SPI_OFFSET = 72;
    private static final int PROTOCOL_OFFSET = 76;
    private static final int ID_PADDING = 3;
    private static final int SOURCE_OFFSET = 80;
    private static final int SOFT_BYTES_OFFSET = 96;
    private static final int HARD_BYTES_OFFSET = 104;
    private static final int SOFT_PACKETS_OFFSET = 112;
    private static final int HARD_PACKETS_OFFSET = 120;
    private static final int SOFT_SECONDS_OFFSET = 128;
    private static final int HARD_SECONDS_OFFSET = 136;
    private static final int USED_BYTES_OFFSET = 160;
    private static final int USED_PACKETS_OFFSET = 168;
    private static final int ADDED_OFFSET = 176;
    private static final int FIRST_USED_OFFSET = 184;
    private static final int BEYOND_WINDOW_OFFSET = 192;
    private static final int REPLAYED_OFFSET = 196;
    private static final int INTEGRITY_FAILED_OFFSET = 200;
    private static final int REQUEST_ID_OFFSET = 208;
    private static final int FAMILY_OFFSET = 212;
    private static final int MODE_OFFSET = 214;
    private static final int WINDOW_OFFSET = 215;
    private static final int FLAGS_OFFSET = 216;
    private static final int TAIL_PADDING = 7;
    private static final int USAGE_LENGTH = 32;
    private static final int STATISTICS_LENGTH = 12;

    /// `xfrm_encap_tmpl`: type u16, source port, destination port in network order, 2 unused, address (16)
    private static final int ENCAP_LENGTH = 24;
    private static final int ENCAP_SOURCE_OFFSET = 2;
    private static final int ENCAP_DESTINATION_OFFSET = 4;
    private static final int UDP_ENCAP_ESPINUDP = 2;

    /// `xfrm_replay_state_esn`: words u32, last sent u32, last seen u32, their high halves u32, u32, window u32, bits
    private static final int ESN_LENGTH = 24;
    private static final int ESN_WINDOW_OFFSET = 20;
    /// The window that fits into the structure itself.
    private static final int SMALL_WINDOW = 32;
    private static final int MARK_LENGTH = 8;
    private static final int MARK_MASK_OFFSET = 4;
    private static final int LASTUSED_LENGTH = 8;

    private XfrmSaCodec() {}

    /// The message that adds an SA, or with `update` completes the reservation of its SPI. Keys are in it:
    /// [MessageWriter#wipe()].
    static MessageWriter add(XfrmSa sa, boolean update) {
        MessageWriter message = new MessageWriter("%s %s".formatted(update ? "XFRM_MSG_UPDSA" : "XFRM_MSG_NEWSA",
                describe(sa.id())), update ? Xfrm.UPDSA : Xfrm.NEWSA, MessageWriter.CREATE | MessageWriter.EXCLUSIVE);
        body(message, sa);
        attributes(message.attributes(), sa);
        return message;
    }

    private static void body(MessageWriter out, XfrmSa sa) {
        sa.selector().ifPresentOrElse(selector -> selector.write(out), () -> out.zeros(XfrmSelector.LENGTH));
        Xfrm.address(out, sa.id().destination());
        out.networkU32(sa.id().spi()).u8(sa.id().protocol()).zeros(ID_PADDING);
        Xfrm.address(out, sa.source());
        out.u64(sa.soft().bytes()).u64(sa.hard().bytes()).u64(sa.soft().packets()).u64(sa.hard().packets())
                .u64(sa.soft().seconds()).u64(sa.hard().seconds()).u64(0).u64(0);
        int window = hasEsnState(sa.replay()) ? 0 : sa.replay().window();
        out.zeros(USAGE_LENGTH + STATISTICS_LENGTH).u32(0).u32(sa.requestId())
                .u16(Xfrm.family(sa.id().destination()))
                .u8(sa.mode() == Mode.TUNNEL ? Xfrm.MODE_TUNNEL : Xfrm.MODE_TRANSPORT).u8(window).u8(sa.flags())
                .zeros(TAIL_PADDING);
    }

    private static void attributes(AttributeWriter out, XfrmSa sa) {
        sa.algorithms().forEach(algorithm -> algorithm.write(out));
        sa.encapsulation().ifPresent(ports -> encapsulation(out, ports));
        if (hasEsnState(sa.replay())) {
            int words = (sa.replay().window() + Integer.SIZE - 1) / Integer.SIZE;
            out.structure(Xfrm.REPLAY_ESN_VAL, state -> state.u32(words).u32(0).u32(0).u32(0).u32(0)
                    .u32(sa.replay().window()).zeros(words * Integer.BYTES));
        }
        sa.mark().ifPresent(mark -> out.structure(Xfrm.MARK, value -> value.u32(mark.value()).u32(mark.mask())));
        optional(out, Xfrm.SA_EXTRA_FLAGS, sa.extraFlags());
        optional(out, Xfrm.IF_ID, sa.interfaceId());
        optional(out, Xfrm.TFCPAD, sa.paddedLength());
        optional(out, Xfrm.SET_MARK, sa.outerMark());
    }

    private static void encapsulation(AttributeWriter out, XfrmSa.Ports ports) {
        out.structure(Xfrm.ENCAP, encap -> encap.u16(UDP_ENCAP_ESPINUDP).networkU16(ports.source())
                .networkU16(ports.destination()).u16(0).zeros(Xfrm.ADDRESS_LENGTH));
    }

    private static void optional(AttributeWriter out, int type, int value) {
        if (value != 0) {
            out.u32(type, value);
        }
    }

    private static boolean hasEsnState(ReplayProtection replay) {
        return replay.extended() || replay.window() > SMALL_WINDOW;
    }

    /// The message that removes an SA.
    static MessageWriter delete(XfrmSa.Id id) {
        return identified("XFRM_MSG_DELSA", Xfrm.DELSA, id);
    }

    /// The message that asks for one SA; the answer has its keys.
    static MessageWriter get(XfrmSa.Id id) {
        return identified("XFRM_MSG_GETSA", Xfrm.GETSA, id);
    }

    /// The message that asks for all; the answers have their keys.
    static MessageWriter dump() {
        return new MessageWriter("XFRM_MSG_GETSA all", Xfrm.GETSA, 0);
    }

    /// `xfrm_usersa_id`: destination (16), SPI in network order, family u16, protocol u8, 1 unused
    private static MessageWriter identified(String name, int type, XfrmSa.Id id) {
        MessageWriter message = new MessageWriter(name + " " + describe(id), type, 0);
        Xfrm.address(message, id.destination());
        return message.networkU32(id.spi()).u16(Xfrm.family(id.destination())).u8(id.protocol()).u8(0);
    }

    /// The message that reserves an SPI from `min` to `max` for an SA to `destination`.
    static MessageWriter allocate(int protocol, InetAddress destination, int requestId, int min, int max) {
        var id = new XfrmSa.Id(protocol, destination, 0);
        InetAddress source = Xfrm.isIpv6(destination) ? InetAddress.ofLiteral("::") : InetAddress.ofLiteral("0.0.0.0");
        MessageWriter message = new MessageWriter("XFRM_MSG_ALLOCSPI " + describe(id), Xfrm.ALLOCSPI, 0);
        body(message, new XfrmSa(id, source, requestId, Mode.TUNNEL, Optional.empty(), XfrmSa.Limits.NONE,
                XfrmSa.Limits.NONE, 0, 0, List.of(), Optional.empty(), ReplayProtection.OFF,
                Optional.empty(), 0, 0, 0));
        return message.u32(min).u32(max);
    }

    /// The message that gives an SPI to the state by which the kernel waits for an SA: only then can it be removed.
    static MessageWriter name(NetlinkMessage waiting, int min, int max) throws ProtocolException {
        return new MessageWriter("XFRM_MSG_ALLOCSPI " + describe(readId(waiting)), Xfrm.ALLOCSPI, 0)
                .bytes(Arrays.copyOf(waiting.payload(), LENGTH)).u32(min).u32(max);
    }

    /// The message that adds the SA which `answer` describes, with its keys and counters, at other addresses and ports;
    /// its sequence numbers are set ahead, see [ReplayState], and its limits end with them. Keys are in it: [MessageWriter#wipe()].
    static MessageWriter moved(NetlinkMessage answer, XfrmSa.Id id, InetAddress source, Optional<XfrmSa.Ports> ports,
            boolean outbound) throws ProtocolException {
        byte[] old = answer.payload();
        StructureReader in = new StructureReader("SA", old, LENGTH);
        AttributeReader known = answer.attributes(LENGTH);
        boolean extended = (in.u8(FLAGS_OFFSET) & XfrmSa.Flag.EXTENDED_SEQUENCE) != 0;
        byte[] limits = Arrays.copyOfRange(old, SOFT_BYTES_OFFSET, LENGTH);
        Map<Integer, byte[]> numbers = new LinkedHashMap<>();
        for (int type : new int[]{Xfrm.REPLAY_VAL, Xfrm.REPLAY_ESN_VAL}) {
            boolean large = type == Xfrm.REPLAY_ESN_VAL;
            known.bytes(type).ifPresent(value -> {
                byte[] ahead = ReplayState.ahead(value, large, extended, outbound);
                numbers.put(type, ahead);
                if (outbound && !extended && numbersEnd(in, known)) {
                    endWithNumbers(limits, in.u64(USED_PACKETS_OFFSET), ReplayState.left(ahead, large));
                }
            });
        }
        MessageWriter message = again(answer, Xfrm.NEWSA, id, source, limits);
        AttributeWriter out = message.attributes();
        copy(known, out);
        numbers.forEach((type, value) -> out.bytes(type, value));
        out.structure(Xfrm.LTIME_VAL, usage -> usage.u64(in.u64(USED_BYTES_OFFSET)).u64(in.u64(USED_PACKETS_OFFSET))
                .u64(in.u64(ADDED_OFFSET)).u64(in.u64(FIRST_USED_OFFSET)));
        ports.ifPresent(there -> encapsulation(out, there));
        return message;
    }

    private static boolean numbersEnd(StructureReader in, AttributeReader known) {
        return in.u8(PROTOCOL_OFFSET) != SecurityProtocol.IPCOMP.ipProtocol()
                && (known.u32(Xfrm.SA_EXTRA_FLAGS).orElse(0) & XfrmSa.EXTRA_SEQUENCE_MAY_WRAP) == 0;
    }

    /// The limits count packets, of which there are fewer than numbers.
    private static void endWithNumbers(byte[] limits, long sent, long left) {
        ByteBuffer bytes = ByteBuffer.wrap(limits).order(ByteOrder.nativeOrder());
        lower(bytes, SOFT_PACKETS_OFFSET, sent + Math.max(0, left - PreparedSa.LAST_PACKETS));
        lower(bytes, HARD_PACKETS_OFFSET, sent + left);
    }

    private static void lower(ByteBuffer limits, int offset, long packets) {
        int at = offset - SOFT_BYTES_OFFSET;
        if (Long.compareUnsigned(packets, limits.getLong(at)) < 0) {
            limits.putLong(at, packets);
        }
    }

    /// The message that gives the SA which `answer` describes other ports, where it is: nothing else of it changes. Keys
    /// are in it: [MessageWriter#wipe()].
    static MessageWriter otherPorts(NetlinkMessage answer, XfrmSa.Id id, InetAddress source, XfrmSa.Ports ports)
            throws ProtocolException {
        MessageWriter message = again(answer, Xfrm.UPDSA, id, source,
                Arrays.copyOfRange(answer.payload(), SOFT_BYTES_OFFSET, LENGTH));
        AttributeWriter out = message.attributes();
        AttributeReader known = answer.attributes(LENGTH);
        copy(known, out);
        known.copy(Xfrm.REPLAY_VAL, out);
        known.copy(Xfrm.REPLAY_ESN_VAL, out);
        encapsulation(out, ports);
        return message;
    }

    private static MessageWriter again(NetlinkMessage answer, int type, XfrmSa.Id id, InetAddress source,
            byte[] fromLimits) {
        byte[] old = answer.payload();
        MessageWriter message = new MessageWriter("%s %s".formatted(
                type == Xfrm.UPDSA ? "XFRM_MSG_UPDSA" : "XFRM_MSG_NEWSA", describe(id)), type,
                MessageWriter.CREATE | MessageWriter.EXCLUSIVE);
        message.bytes(Arrays.copyOf(old, DESTINATION_OFFSET));
        Xfrm.address(message, id.destination());
        message.networkU32(id.spi()).u8(id.protocol()).zeros(ID_PADDING);
        Xfrm.address(message, source);
        return message.bytes(fromLimits);
    }

    private static void copy(AttributeReader known, AttributeWriter out) {
        for (int type : new int[]{Xfrm.ALG_CRYPT, Xfrm.ALG_AUTH_TRUNC, Xfrm.ALG_AEAD, Xfrm.ALG_COMP, Xfrm.MARK,
                Xfrm.TFCPAD, Xfrm.SA_EXTRA_FLAGS, Xfrm.SET_MARK, Xfrm.SET_MARK_MASK, Xfrm.IF_ID}) {
            known.copy(type, out);
        }
    }

    /// The SA that an answer or event describes. Whoever reads it closes its keys.
    static XfrmSa read(NetlinkMessage message) throws ProtocolException {
        StructureReader in = new StructureReader("SA", message.payload(), LENGTH);
        AttributeReader attributes = message.attributes(LENGTH);
        boolean ipv6 = Xfrm.isIpv6(in.u16(FAMILY_OFFSET));
        return new XfrmSa(readId(message), in.address(SOURCE_OFFSET, ipv6), in.u32(REQUEST_ID_OFFSET),
                in.u8(MODE_OFFSET) == Xfrm.MODE_TRANSPORT ? Mode.TRANSPORT : Mode.TUNNEL,
                XfrmSelector.read(in, 0),
                new XfrmSa.Limits(in.u64(SOFT_BYTES_OFFSET), in.u64(SOFT_PACKETS_OFFSET),
                        in.u64(SOFT_SECONDS_OFFSET)),
                new XfrmSa.Limits(in.u64(HARD_BYTES_OFFSET), in.u64(HARD_PACKETS_OFFSET),
                        in.u64(HARD_SECONDS_OFFSET)),
                in.u8(FLAGS_OFFSET), attributes.u32(Xfrm.SA_EXTRA_FLAGS).orElse(0),
                XfrmAlgorithm.readAll(attributes), ports(attributes), replay(in, attributes), mark(attributes),
                attributes.u32(Xfrm.IF_ID).orElse(0), attributes.u32(Xfrm.TFCPAD).orElse(0),
                attributes.u32(Xfrm.SET_MARK).orElse(0));
    }

    /// Only who it is.
    static XfrmSa.Id readId(NetlinkMessage message) throws ProtocolException {
        StructureReader in = new StructureReader("SA", message.payload(), LENGTH);
        return new XfrmSa.Id(in.u8(PROTOCOL_OFFSET),
                in.address(DESTINATION_OFFSET, Xfrm.isIpv6(in.u16(FAMILY_OFFSET))), in.networkU32(SPI_OFFSET));
    }

    /// The number by which policies find it.
    static int readRequestId(NetlinkMessage message) throws ProtocolException {
        return new StructureReader("SA", message.payload(), LENGTH).u32(REQUEST_ID_OFFSET);
    }

    /// What it has carried.
    static XfrmUsage readUsage(NetlinkMessage message) throws ProtocolException {
        StructureReader in = new StructureReader("SA", message.payload(), LENGTH);
        Optional<byte[]> last = message.attributes(LENGTH).bytes(Xfrm.LASTUSED);
        long lastUsed = last.isPresent()
                ? new StructureReader("time of last use", last.get(), LASTUSED_LENGTH).u64(0)
                : in.u64(FIRST_USED_OFFSET);
        return new XfrmUsage(in.u64(USED_BYTES_OFFSET), in.u64(USED_PACKETS_OFFSET), in.u64(ADDED_OFFSET), lastUsed,
                in.u32(BEYOND_WINDOW_OFFSET), in.u32(REPLAYED_OFFSET), in.u32(INTEGRITY_FAILED_OFFSET));
    }

    /// Whether it has carried or lived so much that it is to be replaced.
    ///
    /// @param now in seconds of the system's clock
    static boolean readSoftReached(NetlinkMessage message, long now) throws ProtocolException {
        StructureReader in = new StructureReader("SA", message.payload(), LENGTH);
        long seconds = in.u64(SOFT_SECONDS_OFFSET);
        return Long.compareUnsigned(in.u64(USED_BYTES_OFFSET), in.u64(SOFT_BYTES_OFFSET)) >= 0
                || Long.compareUnsigned(in.u64(USED_PACKETS_OFFSET), in.u64(SOFT_PACKETS_OFFSET)) >= 0
                || seconds != 0 && now - in.u64(ADDED_OFFSET) >= seconds;
    }

    private static Optional<XfrmSa.Ports> ports(AttributeReader attributes) throws ProtocolException {
        Optional<byte[]> bytes = attributes.bytes(Xfrm.ENCAP);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        StructureReader in = new StructureReader("encapsulation", bytes.get(), ENCAP_LENGTH);
        return Optional.of(
                new XfrmSa.Ports(in.networkU16(ENCAP_SOURCE_OFFSET), in.networkU16(ENCAP_DESTINATION_OFFSET)));
    }

    private static ReplayProtection replay(StructureReader in, AttributeReader attributes) throws ProtocolException {
        Optional<byte[]> bytes = attributes.bytes(Xfrm.REPLAY_ESN_VAL);
        boolean extended = (in.u8(FLAGS_OFFSET) & XfrmSa.Flag.EXTENDED_SEQUENCE) != 0;
        int window = bytes.isEmpty()
                ? in.u8(WINDOW_OFFSET)
                : new StructureReader("replay state", bytes.get(), ESN_LENGTH).u32(ESN_WINDOW_OFFSET);
        if (window < 0 || extended && window == 0) {
            throw new ProtocolException("replay window of %d packets".formatted(window));
        }
        return new ReplayProtection(window, extended);
    }

    private static Optional<XfrmSa.Mark> mark(AttributeReader attributes) throws ProtocolException {
        Optional<byte[]> bytes = attributes.bytes(Xfrm.MARK);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        StructureReader in = new StructureReader("mark", bytes.get(), MARK_LENGTH);
        return Optional.of(new XfrmSa.Mark(in.u32(0), in.u32(MARK_MASK_OFFSET)));
    }

    private static String describe(XfrmSa.Id id) {
        return "protocol %d to %s SPI 0x%08x".formatted(id.protocol(), id.destination().getHostAddress(), id.spi());
    }
}
