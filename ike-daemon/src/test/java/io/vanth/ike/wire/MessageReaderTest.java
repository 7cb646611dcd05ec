package io.vanth.ike.wire;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Bytes laid out by hand from the drawings of RFC 2408 section 3, and what each rule of sections 3 and 5 refuses.
class MessageReaderTest {
    private static final String COOKIES = "0102030405060708" + "1112131415161718";
    /// One proposal (ISAKMP, no SPI) with one transform: AES-CBC, key length 256, and a life duration of four bytes.
    private static final String SA_BODY = "00000001" + "00000001" //
            + "00000024" + "01010001" //
            + "0000001c" + "01010000" + "80010007" + "800e0100" + "000c0004" + "00015180" + "800b0001";

    @Test
    void readsTheFirstMessageOfMainMode() {
        Bytes datagram = message(1, "0d000030" + SA_BODY + "00000008" + "afcad713");
        var message = assertInstanceOf(IsakmpMessage.class, MessageReader.read(datagram));
        assertEquals(new IsakmpHeader(new Cookie(0x0102030405060708L), new Cookie(0x1112131415161718L), 1, 0x10, 2, 0,
                0xa0b0c0d0, datagram.length()), message.header());
        var transform = new Payload.TransformItem(1, 1, List.of(Attribute.basic(1, 7), Attribute.basic(14, 256),
                Attribute.variable(12, Bytes.ofInt(86400)), Attribute.basic(11, 1)));
        var proposal = new Payload.Proposal(1, 1, Bytes.EMPTY, List.of(transform));
        assertEquals(List.of(new Payload.Sa(Bytes.ofHex(SA_BODY), 1, 1, List.of(proposal)),
                new Payload.VendorId(Bytes.ofHex("afcad713"))), message.payloads());
        assertEquals(message.payloads().getFirst(), Payload.Sa.of(List.of(proposal)));
    }

    @Test
    void anEncryptedMessageKeepsItsCiphertext() {
        Bytes datagram = Bytes.ofHex(COOKIES + "08102001" + "00000007" + "0000001f" + "aabbcc");
        var message = assertInstanceOf(EncryptedMessage.class, MessageReader.read(datagram));
        assertEquals(Bytes.ofHex("aabbcc"), message.ciphertext());
        assertEquals(8, message.header().nextPayload());
    }

    @ParameterizedTest
    @CsvSource({ //
            "an IKEv2 header, x version 2.0, 17, 01202208 00000000 0000001c",
            "a lower major version, x version 0.11, 17, 010b0500 00000000 0000001c",
            "a greater minor version, x version 1.1, 17, 01110200 00000000 0000001c",
            "a length beyond the datagram, x header length 29, 24, 00100200 00000000 0000001d",
            "a length below the datagram, x header length 0, 24, 00100200 00000000 00000000",
            "the greatest length, x header length 4294967295, 24, 00100200 00000000 ffffffff",
            "an unknown flag, x flags 0x08, 19, 00100208 00000000 0000001c",
            "no ciphertext, x without ciphertext, 28, 08102001 00000000 0000001c",
            "no room for the payload, x the header of SA, 28, 01100200 00000000 0000001c"})
    void refusesHeaders(String ignoredName, String reason, int offset, String rest) {
        assertMalformed(reason.substring(reason.indexOf(' ') + 1), offset,
                MessageReader.read(Bytes.ofHex(COOKIES + rest.replace(" ", ""))));
    }

    @ParameterizedTest
    @CsvSource({ //
            "RESERVED of NONCE, 29, 10, 00010008 00000000", //
            "length 0 of NONCE, 30, 10, 00000000", //
            "length 3 of NONCE, 30, 10, 00000003", //
            "length 5 of NONCE, 30, 10, 00000005", //
            "4 bytes too many in the message, 32, 10, 00000004 00000000", //
            "the header of NONCE, 32, 10, 0a000004", //
            "SA DOI, 32, 1, 00000006 0001", //
            "SA situation, 36, 1, 0000000a 00000001 0001", //
            "the header of proposal, 40, 1, 0000000c 00000001 00000001", //
            "has no transforms, 44, 1, 00000014 00000001 00000001 00000008 01010000", //
            "next payload of a proposal, 40, 1, 0000001c 00000001 00000001 03000010 01010001 00000008 01010000", //
            "next payload of a transform, 48, 1, 0000001c 00000001 00000001 00000010 01010001 03000008 01010000", //
            "the header of transform, 56, 1, 0000001c 00000001 00000001 00000010 01010002 03000008 01010000", //
            "proposal SPI, 48, 1, 0000001c 00000001 00000001 00000010 0101ff01 00000008 01010000", //
            "bytes too many in proposal, 56, 1, 00000020 00000001 00000001 00000014 01010001 00000008 01010000 00000000",
            "bytes too many in SA, 56, 1, 00000020 00000001 00000001 00000010 01010001 00000008 01010000 00000000", //
            "attribute value, 60, 1, 00000020 00000001 00000001 00000014 01010001 0000000c 01010000 000c0001", //
            "attribute length, 58, 1, 0000001e 00000001 00000001 00000012 01010001 0000000a 01010000 000c", //
            "2 SPIs of 4 bytes, 32, 12, 00000010 00000001 03040002 01020304", //
            "1 SPIs of 4 bytes, 32, 12, 00000014 00000001 03040001 01020304 05060708", //
            "65535 SPIs of 0 bytes, 32, 12, 0000000c 00000001 0300ffff", //
            "notification SPI, 40, 11, 0000000c 00000001 03040018", //
            "ID type 1 has 5 bytes, 32, 5, 0000000d 01000000 0a00000105", //
            "ID port, 34, 5, 00000006 0100", //
            "NAT-OA type 2, 32, 21, 0000000c 02000000 0a000001", //
            "fragment without data, 32, 132, 00000008 00010101", //
            "certificate encoding, 32, 6, 00000004", //
            "certificate type, 32, 7, 00000004", //
            "attribute message identifier, 34, 14, 00000006 0100"})
    void refusesPayloads(String reason, int offset, int first, String payloads) {
        assertMalformed(reason, offset, MessageReader.read(message(first, payloads.replace(" ", ""))));
    }

    /// RFC 2408 section 5.4: what is not supported is answered with a notify, so it has to be readable.
    @ParameterizedTest
    @CsvSource({"00000002 00000001 ff, 2, 1", "00000000, 0, 0", "00000002 0001, 2, 0",
            "00000001 00000003 00112233, 1, 3", "00000001 ffffffff, 1, -1"})
    void keepsOtherDoisAndSituations(String body, int doi, int situation) {
        Bytes content = Bytes.ofHex(body.replace(" ", ""));
        Bytes datagram = MessageWriter.write(header(), List.of(new Payload.Unknown(1, content)));
        var message = assertInstanceOf(IsakmpMessage.class, MessageReader.read(datagram));
        assertEquals(List.of(new Payload.Sa(content, doi, situation, List.of())), message.payloads());
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "15", "16", "22", "33", "46", "53", "128", "133", "255"})
    void otherPayloadNumbersKeepTheirBytes(int type) {
        var unknown = new Payload.Unknown(type, Bytes.ofHex("00ff"));
        var message = assertInstanceOf(IsakmpMessage.class,
                MessageReader.read(MessageWriter.write(header(), List.of(unknown))));
        assertEquals(List.of(unknown), message.payloads());
    }

    @Test
    void paddingBehindAPlaintextIsNotPartOfIt() {
        var chain = assertInstanceOf(PayloadChain.class,
                MessageReader.readPayloads(8, Bytes.ofHex("0a000006aabb" + "00000005cc" + "0000000003")));
        assertEquals(List.of(new Payload.Hash(Bytes.ofHex("aabb")), new Payload.Nonce(Bytes.ofHex("cc"))),
                chain.payloads());
        assertEquals(List.of(6, 11), chain.ends());
        assertEquals(11, chain.end());
    }

    /// The offset of a failure within a plaintext counts from its start.
    @Test
    void randomPlaintextIsRefused() {
        assertMalformed("RESERVED of IDENTIFICATION is 119", 1,
                MessageReader.readPayloads(5, Bytes.ofHex("00770000112233445566778899aabbcc")));
    }

    /// S-2: reading stops at the cap, however much follows.
    @Test
    void thereIsACapOnPayloads() {
        var most = Collections.nCopies(ChainReader.MAX_PAYLOADS, new Payload.VendorId(Bytes.EMPTY));
        assertInstanceOf(IsakmpMessage.class, MessageReader.read(MessageWriter.write(header(), most)));
        var tooMany = Collections.nCopies(16_000, new Payload.VendorId(Bytes.EMPTY));
        int firstRefused = IsakmpHeader.BYTES + ChainReader.MAX_PAYLOADS * GenericHeader.BYTES;
        assertMalformed("more than 64 payloads", firstRefused,
                MessageReader.read(MessageWriter.write(header(), tooMany)));
    }

    @Test
    void aNumberMeansTheSameInBothEncodings() {
        assertEquals(Attribute.basic(14, 256).number(), Attribute.variable(14, Bytes.ofHex("00000100")).number());
        assertEquals(-1, Attribute.variable(12, Bytes.ofHex("ffffffffffffffff")).number());
        assertEquals(0xffff_ffffL, Attribute.variable(12, Bytes.ofHex("00000000ffffffff")).number());
    }

    @Test
    void theWriterRefusesWhatDoesNotFit() {
        var tooLong = new Payload.VendorId(Bytes.owning(new byte[0xfffc]));
        assertThrows(IllegalArgumentException.class, () -> MessageWriter.write(header(), List.of(tooLong)));
        assertThrows(IllegalArgumentException.class,
                () -> Payload.Delete.of(3, List.of(Bytes.ofHex("01"), Bytes.ofHex("0102"))));
        assertThrows(IllegalArgumentException.class, () -> Payload.Identification.of(1, 0, 65536, Bytes.EMPTY));
    }

    private static IsakmpHeader header() {
        return IsakmpHeader.of(new Cookie(1), Cookie.NONE, ExchangeType.MAIN_MODE.code(), 0, 0);
    }

    private static Bytes message(int first, String payloads) {
        Bytes content = Bytes.ofHex(payloads);
        return Bytes.concat(Bytes.ofHex(COOKIES), Bytes.of((byte) first), Bytes.ofHex("100200" + "a0b0c0d0"),
                Bytes.ofInt(IsakmpHeader.BYTES + content.length()), content);
    }

    private static void assertMalformed(String reason, int offset, Object result) {
        var malformed = assertInstanceOf(Malformed.class, result);
        assertTrue(malformed.reason().contains(reason), malformed.reason());
        assertEquals(offset, malformed.offset(), malformed.reason());
    }
}
