package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads pcapng (draft-ietf-opsawg-pcapng): sections of blocks, each block with its type, its size before and behind its
/// content, and the frames in two kinds of block that name the interface they were seen on. Other blocks are passed over.
///
///      0               4               8
///     +---------------+---------------+---------------
///     | block type    | block size    | content ...
///     +---------------+---------------+---------------
final class PcapngReader {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int LENGTH_OFFSET = 4;
    private static final int CONTENT_OFFSET = 8;
    private static final int SNAP_LENGTH_OFFSET = 12;
    private static final int OPTIONS_OFFSET = 16;
    private static final int OPTION_LENGTH_OFFSET = 2;
    private static final int OPTION_HEADER_BYTES = 4;
    private static final int TIME_RESOLUTION = 9;
    private static final int BINARY = 0x80;
    private static final int MOST_BINARY = 62;
    private static final int MOST_DECIMAL = 18;
    private static final long MICROSECONDS = 1_000_000;
    private static final long NANOS_A_SECOND = 1_000_000_000;
    /// The end of the year 9999.
    private static final long LAST_SECOND = 253_402_300_799L;
    private static final int TIME_OFFSET = 12;
    private static final int CAPTURED_OFFSET = 20;
    private static final int WIRE_OFFSET = 24;
    private static final int PACKET_OFFSET = 28;
    private static final int SIMPLE_PACKET_OFFSET = 12;
    private static final int TRAILER_BYTES = 4;
    private static final int MIN_BLOCK_BYTES = 12;

    private final Bytes file;
    private final List<CaptureRecord> records = new ArrayList<>();
    private final List<Interface> interfaces = new ArrayList<>();
    private OrderedBytes in;
    private int position;

    private PcapngReader(Bytes file) {
        this.file = file;
        this.in = new OrderedBytes(file, false);
    }

    /// @param ticks the units of its times in a second
    private record Interface(int linkType, long snapLength, long ticks) {
        Instant time(long high, long low) {
            long units = high << 32 | low;
            long seconds = Long.divideUnsigned(units, ticks);
            long rest = Long.remainderUnsigned(units, ticks);
            return Instant.ofEpochSecond(Math.clamp(seconds, 0, LAST_SECOND),
                    (long) ((double) rest / ticks * NANOS_A_SECOND));
        }
    }

    /// Whether a file starts like one of this format.
    static boolean accepts(Bytes file) {
        return file.length() >= MIN_BLOCK_BYTES && file.intAt(0) == SECTION_HEADER;
    }

    /// The records of a file that [#accepts(Bytes)] is true of.
    static List<CaptureRecord> read(Bytes file) {
        var reader = new PcapngReader(file);
        boolean more = true;
        while (more && reader.position < file.length()) {
            more = reader.readBlock();
        }
        return reader.records;
    }

    /// Whether there was a whole block.
    private boolean readBlock() {
        int left = file.length() - position;
        if (left >= MIN_BLOCK_BYTES && file.intAt(position) == SECTION_HEADER) {
            startSection();
        }
        long length = left < MIN_BLOCK_BYTES ? 0 : in.u32(position + LENGTH_OFFSET);
        if (length < MIN_BLOCK_BYTES || length % 4 != 0 || length > left) {
            return damaged("a block of %d bytes with %d left in the file".formatted(length, left));
        }
        boolean whole = readContent((int) in.u32(position), (int) length);
        position += (int) length;
        return whole;
    }

    private void startSection() {
        interfaces.clear();
        in = new OrderedBytes(file, file.intAt(position + CONTENT_OFFSET) != BYTE_ORDER_MAGIC);
    }

    private boolean readContent(int type, int length) {
        return switch (type) {
            case INTERFACE -> readInterface(length);
            case ENHANCED_PACKET -> readPacket((int) in.u32(position + CONTENT_OFFSET), length);
            case OLD_PACKET -> readPacket(in.u16(position + CONTENT_OFFSET), length);
            case SIMPLE_PACKET -> readSimplePacket(length);
            default -> true;
        };
    }

    private boolean readInterface(int length) {
        if (length < SNAP_LENGTH_OFFSET + 4 + TRAILER_BYTES) {
            return damaged("an interface block of %d bytes".formatted(length));
        }
        interfaces.add(new Interface(in.u16(position + CONTENT_OFFSET), in.u32(position + SNAP_LENGTH_OFFSET),
                ticks(position + OPTIONS_OFFSET, position + length - TRAILER_BYTES)));
        return true;
    }

    /// Of the option if_tsresol: a negative power of ten, or of two with the highest bit set; microseconds without it.
    private long ticks(int start, int end) {
        int option = start;
        while (option + OPTION_HEADER_BYTES < end) {
            int size = in.u16(option + OPTION_LENGTH_OFFSET);
            if (in.u16(option) == TIME_RESOLUTION && size == 1) {
                int power = file.at(option + OPTION_HEADER_BYTES);
                return (power & BINARY) != 0
                        ? 1L << Math.min(power & ~BINARY, MOST_BINARY)
                        : (long) Math.pow(10, Math.min(power, MOST_DECIMAL));
            }
            option += OPTION_HEADER_BYTES + (size + 3 & ~3);
        }
        return MICROSECONDS;
    }

    private boolean readPacket(int interfaceNumber, int length) {
        int room = length - PACKET_OFFSET - TRAILER_BYTES;
        if (room < 0 || in.u32(position + CAPTURED_OFFSET) > room) {
            return damaged("a packet block of %d bytes holds less than its packet".formatted(length));
        }
        return addFrame(interfaceNumber, position + PACKET_OFFSET, (int) in.u32(position + CAPTURED_OFFSET),
                in.u32(position + WIRE_OFFSET), true);
    }

    /// The captured size is not written down: it is that on the wire, cut to the interface's limit.
    private boolean readSimplePacket(int length) {
        int room = length - SIMPLE_PACKET_OFFSET - TRAILER_BYTES;
        if (room < 0 || interfaces.isEmpty()) {
            return damaged("a simple packet block of %d bytes, %d interfaces".formatted(length, interfaces.size()));
        }
        long wire = in.u32(position + CONTENT_OFFSET);
        long limit = interfaces.getFirst().snapLength();
        long captured = limit == 0 ? wire : Math.min(wire, limit);
        return addFrame(0, position + SIMPLE_PACKET_OFFSET, (int) Math.min(captured, room), wire, false);
    }

    private boolean addFrame(int interfaceNumber, int start, int captured, long wire, boolean timed) {
        if (interfaceNumber < 0 || interfaceNumber >= interfaces.size()) {
            return damaged("a packet of interface %d of %d".formatted(interfaceNumber, interfaces.size()));
        }
        Interface from = interfaces.get(interfaceNumber);
        records.add(new CaptureRecord.Frame(from.linkType(), file.slice(start, start + captured), wire, timed
                ? from.time(in.u32(position + TIME_OFFSET), in.u32(position + TIME_OFFSET + Integer.BYTES))
                : Instant.EPOCH));
        return true;
    }

    private boolean damaged(String reason) {
        records.add(new CaptureRecord.Damage(reason, position));
        return false;
    }
}
