package io.vanth.ike.wire;

import java.util.ArrayList;
import java.util.List;

/// Reads data attributes up to the end, RFC 2408 section 3.3.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-----------------------------+-------------------------------+
///     |F|       attribute type        |  F=1 value, F=0 length        |
///     +-+-----------------------------+-------------------------------+
///     |  F=0 value                                                    |
///     +---------------------------------------------------------------+
final class AttributeReader {
    /// The bit that says that the attribute is a basic one.
    static final int FORMAT_BIT = 0x8000;
    /// The greatest attribute type.
    static final int MAX_TYPE = 0x7fff;

    private static final int BASIC_VALUE_BYTES = 2;

    private AttributeReader() {}

    static List<Attribute> read(Cursor in) {
        var attributes = new ArrayList<Attribute>();
        while (in.remaining() > 0) {
            int head = in.u16("attribute type");
            boolean basic = (head & FORMAT_BIT) != 0;
            int length = basic ? BASIC_VALUE_BYTES : in.u16("attribute length");
            attributes.add(new Attribute(head & MAX_TYPE, basic, in.take(length, "attribute value")));
        }
        return attributes;
    }
}
