package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.UdpHeader;

/// Completes a transport checksum that a device was left to do, VIRTIO 1.2 section 5.1.6.2: the field holds the
/// pseudo-header's sum, so the sum of all bytes from the start is the sum of everything.
public final class ChecksumCompletion {
    private static final int ALL_ONES = 0xFFFF;

    private ChecksumCompletion() {}

    /// Completes the checksum of the packet of `length` bytes at `ip`.
    ///
    /// @return false, and nothing is written, when the field would be outside of the packet
    public static boolean complete(byte[] bytes, int ip, int length, int start, int fieldOffset) {
        if (start < 0 || fieldOffset < 0 || start + fieldOffset + Short.BYTES > length) {
            return false;
        }
        int checksum = InternetChecksum.complement(InternetChecksum.sum(bytes, ip + start, length - start));
        // RFC 768: "If the computed checksum is zero, it is transmitted as all ones."
        boolean udpZero = checksum == 0 && fieldOffset == UdpHeader.CHECKSUM_OFFSET;
        NetworkOrder.put16(bytes, ip + start + fieldOffset, udpZero ? ALL_ONES : checksum);
        return true;
    }
}
