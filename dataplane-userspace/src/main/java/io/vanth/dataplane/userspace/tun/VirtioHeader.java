package io.vanth.dataplane.userspace.tun;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The header in front of each packet of a TUN device with `IFF_VNET_HDR` (VIRTIO 1.2 section 5.1.6, the legacy form
/// without `num_buffers`). Numbers are in the byte order of the machine.
///
/// ```
///  0       8       16              32              48              64              80
/// +-------+-------+---------------+---------------+---------------+---------------+
/// | flags | type  | header length |  segment size | checksum start| checksum offs.|
/// +-------+-------+---------------+---------------+---------------+---------------+
/// ```
final class VirtioHeader {
    static final int LENGTH = 10;
    private static final int FLAGS_OFFSET = 0;
    private static final int TYPE_OFFSET = 1;
    private static final int HEADER_LENGTH_OFFSET = 2;
    private static final int SEGMENT_SIZE_OFFSET = 4;
    private static final int CHECKSUM_START_OFFSET = 6;
    private static final int CHECKSUM_OFFSET_OFFSET = 8;
    private static final byte NEEDS_CHECKSUM = 1;
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class,
            ByteOrder.nativeOrder());

    private VirtioHeader() {}

    /// Tells packet `index` what the header in front of it says.
    static void read(PacketBatch batch, int index) {
        byte[] bytes = batch.bytes();
        int start = batch.offset(index) - LENGTH;
        if ((bytes[start + FLAGS_OFFSET] & NEEDS_CHECKSUM) != 0) {
            batch.setChecksum(index, u16(bytes, start + CHECKSUM_START_OFFSET),
                    u16(bytes, start + CHECKSUM_OFFSET_OFFSET));
        }
        int type = bytes[start + TYPE_OFFSET] & 0xFF;
        if (type != PacketBatch.NOT_SEGMENTED) {
            batch.setSegments(index, type, u16(bytes, start + SEGMENT_SIZE_OFFSET),
                    u16(bytes, start + HEADER_LENGTH_OFFSET));
        }
    }

    /// Writes the header of packet `index` in front of it.
    static void write(PacketBatch batch, int index) {
        byte[] bytes = batch.bytes();
        int start = batch.offset(index) - LENGTH;
        boolean checksum = batch.needsChecksum(index);
        int type = batch.segmentType(index);
        boolean segments = type != PacketBatch.NOT_SEGMENTED;
        bytes[start + FLAGS_OFFSET] = checksum ? NEEDS_CHECKSUM : 0;
        bytes[start + TYPE_OFFSET] = (byte) type;
        u16(bytes, start + HEADER_LENGTH_OFFSET, segments ? batch.headerLength(index) : 0);
        u16(bytes, start + SEGMENT_SIZE_OFFSET, segments ? batch.segmentSize(index) : 0);
        u16(bytes, start + CHECKSUM_START_OFFSET, checksum ? batch.checksumStart(index) : 0);
        u16(bytes, start + CHECKSUM_OFFSET_OFFSET, checksum ? batch.checksumOffset(index) : 0);
    }

    private static int u16(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset) & 0xFFFF;
    }

    private static void u16(byte[] bytes, int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }
}
