package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Captures laid out by hand: byte orders, units, link layers, block types; and damage.
class CaptureReaderTest {
    /// 192.0.2.1:4500 to 192.0.2.2:4500, a keepalive.
    private static final String KEEPALIVE_IPV4 = "4500001d000000004011" + "0000" + "c0000201" + "c0000202" + "11941194"
            + "00090000" + "ff";
    private static final String KEEPALIVE_IPV6 = "60000000" + "00091140" + "20010db8000000000000000000000001"
            + "20010db8000000000000000000000002" + "11941194" + "00090000" + "ff";

    @ParameterizedTest
    @CsvSource({"a1b2c3d4, false", "a1b23c4d, false", "d4c3b2a1, true", "4d3cb2a1, true"})
    void readsClassicCapturesOfBothByteOrdersAndUnits(String magic, boolean little) {
        Bytes file = Bytes.concat(Bytes.ofHex(magic), Bytes.owning(new byte[12]), number(262144, little),
                number(101, little), pcapRecord("ff", 1, little), pcapRecord(KEEPALIVE_IPV4, 29, little));
        assertTrue(PcapReader.accepts(file));
        assertEquals(List.of(new CaptureRecord.Frame(101, Bytes.ofHex("ff"), 1, Instant.EPOCH),
                new CaptureRecord.Frame(101, Bytes.ofHex(KEEPALIVE_IPV4), 29, Instant.EPOCH)), PcapReader.read(file));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void readsThePacketBlocksOfASection(boolean little) {
        Bytes file = Bytes.concat(section(little), interfaceOf(1, 0, little), interfaceOf(101, 2, little),
                block(0x0000000a, Bytes.ofHex("00112233"), little), enhanced(1, "aabbcc", 9, little),
                block(2, Bytes.concat(little ? Bytes.ofHex("01000000") : Bytes.ofHex("00010000"), number(0, little),
                        number(0, little), number(1, little), number(1, little), Bytes.ofHex("dd000000")), little),
                block(3, Bytes.concat(number(3, little), Bytes.ofHex("eeeeee00")), little));
        assertTrue(PcapngReader.accepts(file));
        assertEquals(List.of(new CaptureRecord.Frame(101, Bytes.ofHex("aabbcc"), 9, Instant.EPOCH),
                new CaptureRecord.Frame(101, Bytes.ofHex("dd"), 1, Instant.EPOCH),
                new CaptureRecord.Frame(1, Bytes.ofHex("eeeeee"), 3, Instant.EPOCH)), PcapngReader.read(file));
    }

    /// 1,500 units behind the tenth second: of micro- and of nanoseconds.
    @ParameterizedTest
    @CsvSource({"a1b2c3d4, 1970-01-01T00:00:10.001500Z", "a1b23c4d, 1970-01-01T00:00:10.000001500Z"})
    void aFrameOfAClassicCaptureHasItsTime(String magic, Instant expected) {
        Bytes file = Bytes.concat(Bytes.ofHex(magic), Bytes.owning(new byte[16]), number(101, false),
                number(10, false), number(1500, false), number(0, false), number(0, false));
        var frame = assertInstanceOf(CaptureRecord.Frame.class, PcapReader.read(file).getFirst());
        assertEquals(expected, frame.at());
    }

    /// The option if_tsresol gives the unit: microseconds without it, 10^-9 s, 2^-10 s.
    @ParameterizedTest
    @CsvSource({"'', 1970-01-01T00:00:00.003072Z", "0009000109000000, 1970-01-01T00:00:00.000003072Z",
            "000900018a000000, 1970-01-01T00:00:03Z"})
    void aFrameOfASectionHasItsTime(String options, Instant expected) {
        Bytes file = Bytes.concat(section(false),
                block(1, Bytes.ofHex("0065000000000000" + options), false),
                block(6, Bytes.ofHex("00000000" + "00000000" + "00000c00" + "00000000" + "00000000"), false));
        var frame = assertInstanceOf(CaptureRecord.Frame.class, PcapngReader.read(file).getFirst());
        assertEquals(expected, frame.at());
    }

    /// ICMP quotes the datagram that nobody took.
    @Test
    void icmpNamesWhatCannotBeReached() {
        String quoted = "4500001d000000004011" + "0000" + "c0000201" + "c0000202" + "01f401f4" + "00090000";
        Bytes packet = Bytes.ofHex("45000038000000004001" + "0000" + "c0000202" + "c0000201" + "0303000000000000"
                + quoted);
        var unreachable = assertInstanceOf(Content.Unreachable.class, PacketReader.read(packet, false).content());
        assertEquals("port", unreachable.what());
        assertEquals("192.0.2.2:500", unreachable.target().toString());
        assertInstanceOf(Content.Other.class,
                PacketReader.read(Bytes.ofHex("4500001c000000004001" + "0000" + "c0000202" + "c0000201"
                        + "0800000000000000"), false).content());
    }

    /// A section has interfaces and a byte order of its own.
    @Test
    void aNewSectionStartsOver() {
        Bytes file = Bytes.concat(section(false), interfaceOf(1, 0, false), enhanced(0, "aa", 1, false), section(true),
                interfaceOf(101, 0, true), enhanced(0, "bb", 1, true), enhanced(1, "cc", 1, true));
        List<CaptureRecord> records = PcapngReader.read(file);
        assertEquals(new CaptureRecord.Frame(1, Bytes.ofHex("aa"), 1, Instant.EPOCH), records.get(0));
        assertEquals(new CaptureRecord.Frame(101, Bytes.ofHex("bb"), 1, Instant.EPOCH), records.get(1));
        assertInstanceOf(CaptureRecord.Damage.class, records.get(2));
    }

    @ParameterizedTest
    @CsvSource({"1, 00000000000000000000000008 00, Ethernet", "1, 0000000000000000000000008100 0001 0800, VLAN",
            "1, 00000000000000000000000088a8 0001 8100 0002 0800, two VLAN tags",
            "113, 0000000000000000000000000000 0800, Linux cooked",
            "276, 0800 000000000000000000000000000000000000, Linux cooked 2", "0, 02000000, null",
            "108, 00000002, loop",
            "101, '', raw", "228, '', raw IPv4"})
    void findsThePacketBehindTheLinkLayer(int linkType, String header, String ignoredName) {
        Bytes frame = Bytes.ofHex(header.replace(" ", "") + KEEPALIVE_IPV4);
        var packet = FrameReader.read(new CaptureRecord.Frame(linkType, frame, frame.length(), Instant.EPOCH));
        assertEquals(new Content.Keepalive(), packet.content());
        assertEquals("192.0.2.1:4500", packet.flow().orElseThrow().source().toString());
        assertEquals("192.0.2.2:4500", packet.flow().orElseThrow().destination().toString());
    }

    @Test
    void findsThePacketWithinIpv6() {
        Bytes frame = Bytes.ofHex("000000000000000000000000" + "86dd" + KEEPALIVE_IPV6);
        var packet = FrameReader.read(new CaptureRecord.Frame(1, frame, frame.length(), Instant.EPOCH));
        assertEquals(new Content.Keepalive(), packet.content());
        assertEquals("[2001:db8:0:0:0:0:0:1]:4500", packet.flow().orElseThrow().source().toString());
    }

    @Test
    void skipsIpv6ExtensionHeaders() {
        String packet = KEEPALIVE_IPV6.replaceFirst("00091140", "00113c40")
                .replaceFirst("1194119400090000ff", "1100010400000000" + "1194119400090000ff");
        assertEquals(new Content.Keepalive(), PacketReader.read(Bytes.ofHex(packet), false).content());
    }

    @Test
    void aDatagramThatWasNotCapturedWholeIsNamed() {
        Bytes cut = Bytes
                .ofHex("45000064000000004011" + "0000" + "c0000201" + "c0000202" + "01f401f4" + "00500000" + "ff");
        var broken = assertInstanceOf(Content.Broken.class, PacketReader.read(cut, true).content());
        assertEquals("only 9 of 80 bytes were captured", broken.malformed().reason());
    }

    @Test
    void espAndAhShowSpiAndSequence() {
        Bytes esp = Bytes.ofHex("4500001c000000004032" + "0000" + "c0000201" + "c0000202" + "c0ffee00" + "fffffffe");
        assertEquals(new Content.Esp(0xc0ffee00, -2, 8, false), PacketReader.read(esp, false).content());
        Bytes ah = Bytes.ofHex("45000020000000004033" + "0000" + "c0000201" + "c0000202" + "04040000" + "c0ffee01"
                + "00000007");
        assertEquals(new Content.Ah(4, 0xc0ffee01, 7, 12), PacketReader.read(ah, false).content());
    }

    /// Whatever a file holds, its frames are read up to the first damage, and none of them throws.
    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    void damagedFilesAreRead(long seed, boolean little) {
        var random = new Random(seed);
        Bytes pcap = Bytes.concat(Bytes.ofHex(little ? "d4c3b2a1" : "a1b2c3d4"), Bytes.owning(new byte[16]),
                number(1, little), pcapRecord("000000000000000000000000" + "0800" + KEEPALIVE_IPV4, 43, little));
        Bytes pcapng = Bytes.concat(section(little), interfaceOf(101, 0, little),
                enhanced(0, KEEPALIVE_IPV6, 57, little));
        for (Bytes whole : List.of(pcap, pcapng)) {
            assertEquals(new Content.Keepalive(), FileDecoder.frames("x", whole).getLast().content());
            for (int length = 0; length < whole.length(); length++) {
                FileDecoder.frames("x", whole.slice(0, length)).forEach(JsonRenderer::render);
            }
            for (int i = 0; i < 20_000; i++) {
                byte[] content = whole.toArray();
                content[random.nextInt(content.length)] = (byte) random.nextInt(256);
                content[random.nextInt(content.length)] = (byte) random.nextInt(256);
                FileDecoder.frames("x", Bytes.owning(content)).forEach(frame -> {
                    JsonRenderer.render(frame);
                    TextRenderer.render(frame);
                });
            }
        }
    }

    private static Bytes number(int value, boolean little) {
        return Bytes.ofInt(little ? Integer.reverseBytes(value) : value);
    }

    private static Bytes pcapRecord(String data, int wire, boolean little) {
        Bytes content = Bytes.ofHex(data);
        return Bytes.concat(number(0, little), number(0, little), number(content.length(), little),
                number(wire, little), content);
    }

    private static Bytes block(int type, Bytes content, boolean little) {
        Bytes padded = Bytes.concat(content, Bytes.owning(new byte[-content.length() & 3]));
        Bytes length = number(12 + padded.length(), little);
        return Bytes.concat(number(type, little), length, padded, length);
    }

    private static Bytes section(boolean little) {
        return block(0x0a0d0d0a,
                Bytes.concat(number(0x1a2b3c4d, little), Bytes.ofHex(little ? "01000000" : "00010000"),
                        Bytes.ofHex("ffffffffffffffff")),
                little);
    }

    private static Bytes interfaceOf(int linkType, int snapLength, boolean little) {
        Bytes type = little ? Bytes.of((byte) linkType, (byte) 0) : Bytes.of((byte) 0, (byte) linkType);
        return block(1, Bytes.concat(type, Bytes.ofHex("0000"), number(snapLength, little)), little);
    }

    private static Bytes enhanced(int interfaceNumber, String data, int wire, boolean little) {
        Bytes content = Bytes.ofHex(data);
        return block(6, Bytes.concat(number(interfaceNumber, little), number(0, little), number(0, little),
                number(content.length(), little), number(wire, little), content), little);
    }
}
