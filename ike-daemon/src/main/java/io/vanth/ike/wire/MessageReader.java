package io.vanth.ike.wire;

/// Reads messages. Total: every byte string is a message, an encrypted message, or a reason why not.
public final class MessageReader {
    private MessageReader() {}

    /// What a datagram is.
    public sealed interface Result permits IsakmpMessage, EncryptedMessage, Malformed {}

    /// What decrypted bytes are.
    public sealed interface ChainResult permits PayloadChain, Malformed {}

    /// Reads one datagram, without a non-ESP marker.
    public static Result read(Bytes datagram) {
        return null;
    }

    /// Reads a chain of payloads that starts with payload number `first`; what follows the chain is padding.
    public static ChainResult readPayloads(int first, Bytes plaintext) {
        return null;
    }
}
