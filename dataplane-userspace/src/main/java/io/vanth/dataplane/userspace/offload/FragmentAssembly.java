package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.util.Arrays;

/// Puts packets together again that the kernel cut for the MTU of the TUN device, because transport mode protects whole
/// packets only (RFC 4303 section 3.3.4), and policies about ports see them in whole packets only. Bounded: of too many packets at once the one that waits longest is given up.
/// Fragments that overlap, or lie behind the last, make their packet void (RFC 5722). For one thread.
public final class FragmentAssembly {
    private static final int PACKETS = 8;
    private static final int MAX_AGE_MILLIS = 15_000;
    private static final int HEADER_ROOM = 512;
    private static final int MAX_PAYLOAD = 65_535;
    private static final int TAILROOM = 64;
    private static final int UNIT = 8;
    private static final int FRAGMENT_HEADER = 8;
    private static final int OFFSET_FIELD = 2;
    private static final int IDENTIFICATION_FIELD = 4;
    private static final int MORE = 1;
    private static final int IPV4_OFFSET_MASK = 0x1FFF;

    private final SecuredPacket fragment = new SecuredPacket();
    private final Assembled[] waiting = new Assembled[PACKETS];
    private Assembled done;
    private int discarded;

    public FragmentAssembly() {}

    /// Takes the fragment of `length` bytes at `ip`.
    ///
    /// @return the length of the whole packet, at [#offset()] of [#bytes()], when this was its last part; else 0
    public int add(byte[] bytes, int ip, int length, long nowMillis) {
        if (!fragment.read(bytes, ip, length)) {
            discarded++;
            return 0;
        }
        boolean ipv4 = fragment.version() == IpVersion.V4;
        int data = fragment.payload() + (ipv4 ? 0 : FRAGMENT_HEADER);
        int size = ip + fragment.length() - data;
        int field = NetworkOrder.u16(bytes, ipv4 ? ip + Ipv4Header.FRAGMENT_OFFSET : fragment.payload() + OFFSET_FIELD);
        int offset = ipv4 ? (field & IPV4_OFFSET_MASK) * UNIT : field & -UNIT;
        boolean more = ipv4 ? (field & Ipv4Header.MORE_FRAGMENTS) != 0 : (field & MORE) != 0;
        if (size <= 0 || more && size % UNIT != 0 || offset + size > MAX_PAYLOAD
                || fragment.headerLength() > HEADER_ROOM) {
            discarded++;
            return 0;
        }
        Assembled packet = find(bytes, ip, ipv4, nowMillis);
        if (!packet.take(bytes, data, offset, size, more)) {
            packet.known = false;
            discarded += packet.fragments;
            return 0;
        }
        if (offset == 0) {
            packet.takeHeader(fragment);
        }
        return packet.isWhole() ? finish(packet) : 0;
    }

    private Assembled find(byte[] bytes, int ip, boolean ipv4, long now) {
        int identification = ipv4
                ? NetworkOrder.u16(bytes, ip + Ipv4Header.IDENTIFICATION_OFFSET)
                : NetworkOrder.i32(bytes, fragment.payload() + IDENTIFICATION_FIELD);
        int source = ip + (ipv4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET);
        int addresses = 2 * (ipv4 ? Ipv4Header.ADDRESS_LENGTH : Ipv6Header.ADDRESS_LENGTH);
        int protocol = NetworkOrder.u8(bytes, ipv4 ? ip + Ipv4Header.PROTOCOL_OFFSET : fragment.payload());
        int place = 0;
        for (int index = 0; index < PACKETS; index++) {
            Assembled each = waiting[index];
            if (each == null) {
                each = new Assembled();
                waiting[index] = each;
            }
            if (each.known && now - each.started > MAX_AGE_MILLIS) {
                discarded += each.fragments;
                each.known = false;
            }
            if (each.known && each.identification == identification && each.protocol == protocol
                    && Arrays.equals(each.addresses, 0, addresses, bytes, source, source + addresses)) {
                return each;
            }
            place = isBetterPlace(each, waiting[place]) ? index : place;
        }
        Assembled packet = waiting[place];
        discarded += packet.known ? packet.fragments : 0;
        packet.begin(identification, protocol, now);
        System.arraycopy(bytes, source, packet.addresses, 0, addresses);
        return packet;
    }

    private static boolean isBetterPlace(Assembled one, Assembled other) {
        return one.known ? other.known && one.started < other.started : other.known;
    }

    private int finish(Assembled packet) {
        packet.known = false;
        done = packet;
        int length = packet.headerLength + packet.end;
        int ip = offset();
        if (length > MAX_PAYLOAD + (IpVersion.of(packet.bytes, ip) == IpVersion.V4 ? 0 : Ipv6Header.LENGTH)) {
            discarded += packet.fragments;
            return 0;
        }
        packet.bytes[ip + packet.protocolField] = (byte) packet.protocol;
        if (IpVersion.of(packet.bytes, ip) == IpVersion.V4) {
            NetworkOrder.put16(packet.bytes, ip + Ipv4Header.FRAGMENT_OFFSET, 0);
            NetworkOrder.put16(packet.bytes, ip + Ipv4Header.TOTAL_LENGTH_OFFSET, length);
            Ipv4Header.writeChecksum(packet.bytes, ip);
        } else {
            NetworkOrder.put16(packet.bytes, ip + Ipv6Header.PAYLOAD_LENGTH_OFFSET, length - Ipv6Header.LENGTH);
        }
        return length;
    }

    /// The array with the whole packet, which has room for a trailer behind it.
    public byte[] bytes() {
        return done.bytes;
    }

    /// Where the whole packet starts.
    public int offset() {
        return HEADER_ROOM - done.headerLength;
    }

    /// How many fragments were given up since this was asked last.
    public int discarded() {
        int count = discarded;
        discarded = 0;
        return count;
    }

    /// One packet: its payload behind the room for its headers, and which units of it are there.
    private static final class Assembled {
        private final byte[] bytes = new byte[HEADER_ROOM + MAX_PAYLOAD + TAILROOM];
        private final byte[] addresses = new byte[2 * Ipv6Header.ADDRESS_LENGTH];
        private final long[] units = new long[(MAX_PAYLOAD / UNIT + 1) / Long.SIZE + 1];
        private boolean known;
        private long started;
        private int identification;
        private int protocol;
        private int headerLength;
        private int protocolField;
        private int received;
        private int furthest;
        private int end;
        private int fragments;

        void begin(int id, int upper, long now) {
            known = true;
            started = now;
            identification = id;
            protocol = upper;
            headerLength = 0;
            received = 0;
            furthest = 0;
            end = -1;
            fragments = 0;
            Arrays.fill(units, 0);
        }

        boolean take(byte[] from, int data, int offset, int size, boolean more) {
            fragments++;
            for (int unit = offset / UNIT; unit * UNIT < offset + size; unit++) {
                long bit = 1L << unit;
                if ((units[unit / Long.SIZE] & bit) != 0) {
                    return false;
                }
                units[unit / Long.SIZE] |= bit;
            }
            furthest = Math.max(furthest, offset + size);
            if (!more && (end >= 0 || furthest > offset + size) || end >= 0 && furthest > end) {
                return false;
            }
            end = more ? end : offset + size;
            received += size;
            System.arraycopy(from, data, bytes, HEADER_ROOM + offset, size);
            return true;
        }

        void takeHeader(SecuredPacket first) {
            headerLength = first.headerLength();
            protocolField = first.protocolField() - first.ip();
            System.arraycopy(first.bytes(), first.ip(), bytes, HEADER_ROOM - headerLength, headerLength);
        }

        /// All is there: what overlaps was refused, so the lengths tell.
        boolean isWhole() {
            return end >= 0 && received == end && headerLength > 0;
        }
    }
}
