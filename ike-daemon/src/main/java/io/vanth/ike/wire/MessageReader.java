package io.vanth.ike.wire;

import java.util.List;
import java.util.Optional;

/// Reads messages. Total: every byte string is a message, an encrypted message, or a reason why not.
public final class MessageReader {
    private MessageReader() {}

    /// What a datagram is.
    public sealed interface Result permits IsakmpMessage, EncryptedMessage, Malformed {}

    /// What decrypted bytes are.
    public sealed interface ChainResult permits PayloadChain, Malformed {}

    /// Reads one datagram, without a non-ESP marker. The payloads in clear end where the datagram ends; whether a
    /// ciphertext is made of whole blocks is for its cipher to say.
    public static Result read(Bytes datagram) {
        var in = new Cursor(datagram);
        IsakmpHeader header = HeaderReader.read(in, datagram.length());
        // A fragment is in clear, whatever flags it has from the message that it is of.
        boolean fragment = header.nextPayload() == PayloadType.FRAGMENT.code();
        return header.encrypted() && !fragment ? encrypted(header, in) : clear(header, in);
    }

    /// Reads a chain of payloads that starts with payload number `first`; what follows the chain is padding.
    public static ChainResult readPayloads(int first, Bytes plaintext) {
        var in = new Cursor(plaintext);
        ChainReader.Chain chain = ChainReader.read(first, in);
        return in.failure().<ChainResult>map(malformed -> malformed)
                .orElseGet(() -> new PayloadChain(chain.payloads(), plaintext, chain.ends()));
    }

    /// Reads data attributes that fill `data`; empty when they do not.
    public static Optional<List<Attribute>> readAttributes(Bytes data) {
        var in = new Cursor(data);
        List<Attribute> attributes = AttributeReader.read(in);
        return in.failure().isPresent() ? Optional.empty() : Optional.of(attributes);
    }

    private static Result encrypted(IsakmpHeader header, Cursor in) {
        Bytes ciphertext = in.rest();
        if (ciphertext.isEmpty()) {
            in.fail("encrypted message without ciphertext", IsakmpHeader.BYTES);
        }
        return in.failure().<Result>map(malformed -> malformed)
                .orElseGet(() -> new EncryptedMessage(header, ciphertext));
    }

    private static Result clear(IsakmpHeader header, Cursor in) {
        ChainReader.Chain chain = ChainReader.read(header.nextPayload(), in);
        in.expectEnd("the message");
        return in.failure().<Result>map(malformed -> malformed)
                .orElseGet(() -> new IsakmpMessage(header, chain.payloads()));
    }
}
