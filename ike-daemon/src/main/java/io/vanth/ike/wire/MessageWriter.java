package io.vanth.ike.wire;

import java.util.List;

/// Writes messages; the header's next payload and length are computed.
public final class MessageWriter {
    private MessageWriter() {}

    /// A message in clear.
    public static Bytes write(IsakmpHeader header, List<? extends Payload> payloads) {
        return null;
    }

    /// The payloads in a row with their generic headers, without padding.
    public static Bytes writePayloads(List<? extends Payload> payloads) {
        return null;
    }

    /// A message around `ciphertext`, whose plaintext starts with payload number `first`.
    public static Bytes writeEncrypted(IsakmpHeader header, int first, Bytes ciphertext) {
        return null;
    }
}
