package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.SecuredPacket;

/// Cuts a packet that is too large for its path into fragments, RFC 791 section 3.2 and RFC 8200 section 4.5. The kernel
/// does not do that for packets that come with their header, and it does not tell the path's MTU here either: the usual
/// sizes are tried from the largest, and the one that went through is the first that is tried for the next packet.
final class OuterFragments {
    /// Sends one packet; negative error number.
    @FunctionalInterface
    interface Wire {
        int send(byte[] bytes, int offset, int length);
    }

    private static final int[] SIZES = {9000, 1500, 1492, 1480, 1400, 1280, 1024, 576};
    private static final int TRIES_BEFORE_LARGEST = 1024;
    private static final int UNIT = 8;
    private static final int FRAGMENT_HEADER = 8;
    private static final int MORE = 1;
    private static final int OFFSET_IN_HEADER = 2;
    private static final int IDENTIFICATION_IN_HEADER = 4;
    private static final int MAX_HEADERS = 512;

    private final Wire wire;
    private final SecuredPacket headers = new SecuredPacket();
    private final byte[] fragment = new byte[SIZES[0]];
    private int first;
    private int sent;
    private int identification = (int) System.nanoTime();

    OuterFragments(Wire wire) {
        this.wire = wire;
    }

    /// Sends the packet in fragments; false when it forbids that, or they are not taken.
    boolean send(byte[] bytes, int ip, int length) {
        boolean ipv4 = IpVersion.of(bytes, ip) == IpVersion.V4;
        if (!headers.read(bytes, ip, length) || headers.headerLength() > MAX_HEADERS
                || ipv4 && (Ipv4Header.dontFragment(bytes, ip) || headers.headerLength() != Ipv4Header.MIN_LENGTH)) {
            return false;
        }
        if (sent++ == TRIES_BEFORE_LARGEST) {
            sent = 0;
            first = 0;
        }
        identification++;
        for (int index = first; index < SIZES.length; index++) {
            if (SIZES[index] < length) {
                int result = ipv4 ? cutIpv4(bytes, ip, length, SIZES[index]) : cutIpv6(bytes, ip, length, SIZES[index]);
                if (!Errno.EMSGSIZE.is(result)) {
                    first = index;
                    return result >= 0;
                }
            }
        }
        return false;
    }

    private int cutIpv4(byte[] bytes, int ip, int length, int size) {
        int header = headers.headerLength();
        int most = (size - header) / UNIT * UNIT;
        int payload = length - header;
        for (int done = 0; done < payload; done += most) {
            int part = Math.min(most, payload - done);
            System.arraycopy(bytes, ip, fragment, 0, header);
            System.arraycopy(bytes, ip + header + done, fragment, header, part);
            NetworkOrder.put16(fragment, Ipv4Header.TOTAL_LENGTH_OFFSET, header + part);
            NetworkOrder.put16(fragment, Ipv4Header.FRAGMENT_OFFSET,
                    done / UNIT | (done + part < payload ? Ipv4Header.MORE_FRAGMENTS : 0));
            Ipv4Header.writeChecksum(fragment, 0);
            int result = wire.send(fragment, 0, header + part);
            if (result < 0) {
                return result;
            }
        }
        return 0;
    }

    private int cutIpv6(byte[] bytes, int ip, int length, int size) {
        int header = headers.headerLength();
        int most = (size - header - FRAGMENT_HEADER) / UNIT * UNIT;
        int payload = length - header;
        for (int done = 0; done < payload; done += most) {
            int part = Math.min(most, payload - done);
            System.arraycopy(bytes, ip, fragment, 0, header);
            fragment[headers.protocolField() - ip] = IpProtocol.FRAGMENT;
            fragment[header] = (byte) headers.protocol();
            fragment[header + 1] = 0;
            NetworkOrder.put16(fragment, header + OFFSET_IN_HEADER, done | (done + part < payload ? MORE : 0));
            NetworkOrder.put32(fragment, header + IDENTIFICATION_IN_HEADER, identification);
            System.arraycopy(bytes, ip + header + done, fragment, header + FRAGMENT_HEADER, part);
            int total = header + FRAGMENT_HEADER + part;
            NetworkOrder.put16(fragment, Ipv6Header.PAYLOAD_LENGTH_OFFSET, total - Ipv6Header.LENGTH);
            int result = wire.send(fragment, 0, total);
            if (result < 0) {
                return result;
            }
        }
        return 0;
    }
}
