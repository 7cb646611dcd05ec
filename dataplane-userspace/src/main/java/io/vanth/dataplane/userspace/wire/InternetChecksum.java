package io.vanth.dataplane.userspace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The ones' complement sum of RFC 1071. A sum is a `long` that may be added to and is folded to 16 bits at the end.
public final class InternetChecksum {
    /// Summing in the machine's own byte order is right too, and faster (RFC 1071 section 2 (B)).
    private static final VarHandle NATIVE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final int SHORT_MASK = 0xFFFF;

    private InternetChecksum() {}

    /// The sum of `length` bytes, which start at an even place of what is summed in all. The loop has the form that the
    /// compiler turns into vector instructions: one counter from zero, one sum.
    public static long sum(byte[] bytes, int offset, int length) {
        long words = 0;
        int count = length / Long.BYTES;
        for (int index = 0; index < count; index++) {
            long word = (long) NATIVE.get(bytes, offset + index * Long.BYTES);
            words += (word & LOW) + (word >>> 32);
        }
        long sum = inNetworkOrder(fold(words));
        int at = offset + count * Long.BYTES;
        int end = offset + length;
        for (; at + 1 < end; at += 2) {
            sum += NetworkOrder.u16(bytes, at);
        }
        return at < end ? sum + ((long) NetworkOrder.u8(bytes, at) << 8) : sum;
    }

    private static long inNetworkOrder(int folded) {
        return LITTLE ? Short.toUnsignedLong(Short.reverseBytes((short) folded)) : folded;
    }

    /// The 16 bits of a sum.
    public static int fold(long sum) {
        long folded = (sum & LOW) + (sum >>> 32);
        folded = (folded & SHORT_MASK) + (folded >>> 16 & SHORT_MASK) + (folded >>> 32);
        folded = (folded & SHORT_MASK) + (folded >>> 16);
        return (int) ((folded & SHORT_MASK) + (folded >>> 16));
    }

    /// What goes into a checksum field over `sum`.
    public static int complement(long sum) {
        return ~fold(sum) & SHORT_MASK;
    }

    /// Whether `sum`, taken over data with its checksum, shows it undamaged.
    public static boolean isIntact(long sum) {
        return fold(sum) == SHORT_MASK;
    }

    /// The sum of the pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1) of the IP packet at `ip` whose upper
    /// layer `protocol` has `length` bytes.
    public static long pseudoHeader(byte[] bytes, int ip, int protocol, int length) {
        long addresses = IpVersion.of(bytes, ip) == IpVersion.V4
                ? sum(bytes, ip + Ipv4Header.SOURCE_OFFSET, 2 * Ipv4Header.ADDRESS_LENGTH)
                : sum(bytes, ip + Ipv6Header.SOURCE_OFFSET, 2 * Ipv6Header.ADDRESS_LENGTH);
        return addresses + protocol + length;
    }
}
