package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads the classic capture format: a header of 24 bytes, whose magic number says the byte order and the unit of time,
/// then records.
///
///      0               4               8               12
///     +---------------+---------------+---------------+---------------+
///     | seconds       | µs or ns      | captured size | size on wire  |
///     +---------------+---------------+---------------+---------------+
///     | the frame ...
final class PcapReader {
    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;
    private static final int LINK_TYPE_OFFSET = 20;
    private static final long LINK_TYPE_MASK = 0xffff;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int FRACTION_OFFSET = 4;
    private static final int CAPTURED_OFFSET = 8;
    private static final int WIRE_OFFSET = 12;
    private static final int RECORD_HEADER_BYTES = 16;

    private PcapReader() {}

    /// Whether a file starts with a magic number of this format.
    static boolean accepts(Bytes file) {
        return file.length() >= FILE_HEADER_BYTES
                && (isMagic(file.intAt(0)) || isMagic(Integer.reverseBytes(file.intAt(0))));
    }

    /// The records of a file that [#accepts(Bytes)] is true of.
    static List<CaptureRecord> read(Bytes file) {
        var in = new OrderedBytes(file, !isMagic(file.intAt(0)));
        boolean nanoseconds = in.u32(0) == Integer.toUnsignedLong(NANOSECONDS);
        int linkType = (int) (in.u32(LINK_TYPE_OFFSET) & LINK_TYPE_MASK);
        var records = new ArrayList<CaptureRecord>();
        int position = FILE_HEADER_BYTES;
        while (position < file.length()) {
            int left = file.length() - position - RECORD_HEADER_BYTES;
            if (left < 0 || in.u32(position + CAPTURED_OFFSET) > left) {
                records.add(new CaptureRecord.Damage("the file ends within a frame", position));
                break;
            }
            int captured = (int) in.u32(position + CAPTURED_OFFSET);
            int start = position + RECORD_HEADER_BYTES;
            records.add(new CaptureRecord.Frame(linkType, file.slice(start, start + captured),
                    in.u32(position + WIRE_OFFSET), time(in, position, nanoseconds)));
            position = start + captured;
        }
        return records;
    }

    private static Instant time(OrderedBytes in, int position, boolean nanoseconds) {
        long fraction = in.u32(position + FRACTION_OFFSET);
        return Instant.ofEpochSecond(in.u32(position), nanoseconds ? fraction : fraction * 1000);
    }

    private static boolean isMagic(int number) {
        return number == MICROSECONDS || number == NANOSECONDS;
    }
}
