package io.vanth.ike.exchange;

import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.util.List;

/// Encryption within one exchange: the IV of a message is the last block of the one before (RFC 2409 appendix B). The
/// next cipher is taken only when a message was accepted, so that a forged one does not break the chain.
public record ExchangeCipher(MessageCipher cipher, Bytes iv) {
    /// What an encrypted message holds.
    public sealed interface Opened {}

    /// Payloads that could be read, and the cipher for the next message.
    public record Legible(PayloadChain chain, ExchangeCipher next) implements Opened {}

    /// Bytes that are no payloads: a wrong key, or a forgery.
    public record Garbage(String reason) implements Opened {}

    /// A message to send, and the cipher for the next one.
    public record Sealed(Bytes message, ExchangeCipher next) {}

    /// Decrypts and reads.
    public Opened open(EncryptedMessage message) {
        if (!cipher.aligned(message.ciphertext())) {
            return new Garbage("its length is no multiple of the cipher's block");
        }
        Bytes plaintext = cipher.decrypt(iv, message.ciphertext());
        return switch (MessageReader.readPayloads(message.header().nextPayload(), plaintext)) {
            case PayloadChain chain ->
                new Legible(chain, new ExchangeCipher(cipher, cipher.lastBlock(message.ciphertext())));
            case Malformed malformed -> new Garbage("it decrypts to no payloads: " + malformed.reason());
        };
    }

    /// Writes and encrypts.
    public Sealed seal(IsakmpHeader header, List<? extends Payload> payloads) {
        Bytes ciphertext = cipher.encrypt(iv, MessageWriter.writePayloads(payloads));
        Bytes message = MessageWriter.writeEncrypted(header, payloads.getFirst().type(), ciphertext);
        return new Sealed(message, new ExchangeCipher(cipher, cipher.lastBlock(ciphertext)));
    }
}
