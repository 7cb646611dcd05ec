package io.vanth.ike.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What holds for all bytes: reading gives a result, and whatever was read is written back as it came.
final class ReadingRule {
    private ReadingRule() {}

    static void checkDatagram(Bytes datagram) {
        switch (MessageReader.read(datagram)) {
            case IsakmpMessage(var header, var payloads) ->
                assertEquals(datagram, MessageWriter.write(header, payloads));
            case EncryptedMessage(var header, var ciphertext) ->
                assertEquals(datagram, MessageWriter.writeEncrypted(header, header.nextPayload(), ciphertext));
            case Malformed malformed -> checkReason(malformed, datagram);
        }
    }

    static void checkPlaintext(int first, Bytes plaintext) {
        switch (MessageReader.readPayloads(first, plaintext)) {
            case PayloadChain chain -> {
                assertEquals(chain.payloads().size(), chain.ends().size());
                assertEquals(plaintext.slice(0, chain.end()), MessageWriter.writePayloads(chain.payloads()));
            }
            case Malformed malformed -> checkReason(malformed, plaintext);
        }
    }

    private static void checkReason(Malformed malformed, Bytes input) {
        assertTrue(!malformed.reason().isBlank());
        assertTrue(malformed.offset() >= 0 && malformed.offset() <= input.length(), malformed.toString());
    }
}
