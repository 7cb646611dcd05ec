package io.vanth.dataplane.netlink.message;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Bytes as drawn in netlink(7), on a little-endian machine.
class MessageWriterTest {
    @BeforeEach
    void drawnForLittleEndian() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN,
                "the bytes are drawn for little-endian machines");
    }

    @Test
    void headerBodyAndAttributesStandOnFourByteBoundaries() {
        MessageWriter message = new MessageWriter("test", 0x18, MessageWriter.CREATE).u8(2).u8(16).u16(0x0102)
                .networkU32(0x0a0b0c0d).u8(9);
        message.attributes().u8(1, 0xff).string(2, "abc").u32(3, 5).nested(4, inner -> inner.networkU32(1, 7));
        assertArrayEquals(HexFormat.of().parseHex("""
                40000000 1800 0104 2a000000 00000000
                02 10 0201 0a0b0c0d 09000000
                0500 0100 ff000000
                0800 0200 61626300
                0800 0300 05000000
                0c00 0480 0800 0100 00000007
                """.replaceAll("\\s", "")), message.finish(42));
    }

    @Test
    void theLengthOfAStringCountsItsZeroAndNotThePadding() {
        MessageWriter message = new MessageWriter("test", 1, 0);
        message.attributes().string(3, "vanth0");
        assertArrayEquals(HexFormat.of().parseHex("1c000000010001000000000000000000" + "0b00030076616e7468300000"),
                message.finish(0));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        MessageWriter message = new MessageWriter("test", 7, 0).u32(99);
        message.attributes().u32(1, -3).u8(2, 200).string(3, "name").bytes(4, (byte) 10, (byte) 0, (byte) 0, (byte) 1)
                .nested(5, inner -> inner.string(1, "in"));
        byte[] bytes = message.finish(5);
        NetlinkMessage read = NetlinkMessage.readAll(ByteBuffer.wrap(bytes)).getFirst();
        assertEquals(7, read.type());
        assertEquals(99, read.u32(0));
        AttributeReader attributes = read.attributes(Integer.BYTES);
        assertEquals(-3, attributes.u32(1).orElseThrow());
        assertEquals(200, attributes.u8(2).orElseThrow());
        assertEquals("name", attributes.string(3).orElseThrow());
        assertEquals("10.0.0.1", attributes.address(4).orElseThrow().getHostAddress());
        assertEquals("in", attributes.nested(5).string(1).orElseThrow());
    }

    @Test
    void aCutMessageIsRefusedOrShorterButNeverReadBeyondItsEnd() throws Exception {
        MessageWriter message = new MessageWriter("test", 7, 0);
        message.attributes().u32(1, 1).u32(2, 2);
        byte[] bytes = message.finish(5);
        for (int length = 16; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThrows(ProtocolException.class, () -> NetlinkMessage.readAll(cut));
        }
        assertEquals(List.of(), NetlinkMessage.readAll(ByteBuffer.wrap(bytes, 0, 15)));
        assertThrows(ProtocolException.class, () -> AttributeReader.read(new byte[]{3, 0, 1, 0}, 0));
        assertThrows(ProtocolException.class, () -> AttributeReader.read(new byte[]{5, 0, 1, 0}, 0));
    }

    @Test
    void anErrorBearsTheKernelsWords() throws Exception {
        MessageWriter message = new MessageWriter("error", NetlinkMessage.ERROR,
                NetlinkMessage.CAPPED | NetlinkMessage.HAS_EXTENDED_ACK).u32(-22).zeros(16);
        message.attributes().string(1, "mtu greater than device maximum");
        NetlinkMessage error = NetlinkMessage.readAll(ByteBuffer.wrap(message.finish(1))).getFirst();
        assertEquals(22, error.errno());
        assertEquals("mtu greater than device maximum", error.extendedText());
    }
}
