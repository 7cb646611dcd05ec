package io.vanth.ike.wire;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Datagrams of other implementations: each is a message or a reason (S-1), and what is a message is written back as it
/// came.
class MessageReaderCorporaTest {
    @Test
    void everyDatagramIsAMessageOrAReason() {
        for (Corpora.Datagram datagram : Corpora.datagrams()) {
            switch (MessageReader.read(datagram.bytes())) {
                case IsakmpMessage(var header, var payloads) ->
                    assertEquals(datagram.bytes(), MessageWriter.write(header, payloads), datagram.file());
                case EncryptedMessage(var header, var ciphertext) -> assertEquals(datagram.bytes(),
                        MessageWriter.writeEncrypted(header, header.nextPayload(), ciphertext), datagram.file());
                case Malformed(String reason, int offset) -> {
                    assertTrue(!reason.isBlank(), datagram.file());
                    assertTrue(offset >= 0 && offset <= datagram.bytes().length(), datagram.file());
                }
            }
        }
    }

    @Test
    void encryptedMessagesOfVersionOneAreEncryptedMessages() {
        for (Corpora.Datagram datagram : versionOne()) {
            if (datagram.lengthAgrees() && (datagram.flags() & IsakmpHeader.FLAG_ENCRYPTED) != 0) {
                assertInstanceOf(EncryptedMessage.class, MessageReader.read(datagram.bytes()), datagram.file());
            }
        }
    }

    @Test
    void otherVersionsAreNamed() {
        for (Corpora.Datagram datagram : Corpora.datagrams()) {
            if (!datagram.version().equals("1.0")) {
                var malformed = assertInstanceOf(Malformed.class, MessageReader.read(datagram.bytes()));
                assertTrue(malformed.reason().contains(datagram.version()), malformed.reason());
            }
        }
    }

    @Test
    void everyPrefixOfADatagramIsMalformed() {
        for (Corpora.Datagram datagram : Corpora.datagrams()) {
            for (int length = 0; length < datagram.bytes().length(); length++) {
                assertInstanceOf(Malformed.class, MessageReader.read(datagram.bytes().slice(0, length)));
            }
        }
    }

    @Test
    void everyPrefixOfAPlaintextHasAResult() {
        for (Corpora.Datagram datagram : versionOne()) {
            Bytes bytes = datagram.bytes();
            for (int end = IsakmpHeader.BYTES; end <= bytes.length(); end++) {
                Bytes prefix = bytes.slice(IsakmpHeader.BYTES, end);
                assertNotNull(MessageReader.readPayloads(bytes.at(16), prefix));
            }
        }
    }

    /// CVE-2015-3204: a situation with unknown bits, and an obsolete payload number. Both stay readable, so that the
    /// answer can name what is not supported.
    @Test
    void badPacketsKeepWhatIsNotSupported() {
        var folder = Corpora.folder("bad-packets");
        var situation = assertInstanceOf(IsakmpMessage.class,
                MessageReader.read(Corpora.read(folder.resolve("cve-2015-3204-00.bin"))));
        var sa = assertInstanceOf(Payload.Sa.class, situation.payloads().getFirst());
        assertEquals(-1, sa.situation());
        assertEquals(List.of(), sa.proposals());
        var obsolete = assertInstanceOf(IsakmpMessage.class,
                MessageReader.read(Corpora.read(folder.resolve("cve-2015-3204-01.bin"))));
        assertEquals(15, assertInstanceOf(Payload.Unknown.class, obsolete.payloads().getFirst()).type());
    }

    private static List<Corpora.Datagram> versionOne() {
        return Corpora.datagrams().stream().filter(datagram -> datagram.version().equals("1.0")).toList();
    }
}
