package io.vanth.ike.wire;

import java.util.List;

/// Writes messages; the header's next payload and length are computed. What does not fit its field throws
/// [IllegalArgumentException].
public final class MessageWriter {
    private MessageWriter() {}

    /// A message in clear.
    public static Bytes write(IsakmpHeader header, List<? extends Payload> payloads) {
        return write(header, firstType(payloads), writePayloads(payloads));
    }

    /// The payloads in a row with their generic headers, without padding.
    public static Bytes writePayloads(List<? extends Payload> payloads) {
        var out = new ByteSink();
        for (int i = 0; i < payloads.size(); i++) {
            out.item(firstType(payloads.subList(i + 1, payloads.size())), payloads.get(i).body());
        }
        return out.toBytes();
    }

    /// A message around `ciphertext`, whose plaintext starts with payload number `first`.
    public static Bytes writeEncrypted(IsakmpHeader header, int first, Bytes ciphertext) {
        return write(header, first, ciphertext);
    }

    /// Data attributes in a row, RFC 2408 section 3.3.
    public static Bytes writeAttributes(List<Attribute> attributes) {
        var out = new ByteSink();
        attributes.forEach(attribute -> PayloadWriter.attribute(attribute, out));
        return out.toBytes();
    }

    private static int firstType(List<? extends Payload> payloads) {
        return payloads.isEmpty() ? PayloadType.NONE : payloads.getFirst().type();
    }

    private static Bytes write(IsakmpHeader header, int first, Bytes content) {
        return new ByteSink().bytes(header.initiator().bytes()).bytes(header.responder().bytes()).u8(first)
                .u8(header.version()).u8(header.exchange()).u8(header.flags()).i32(header.messageId())
                .i32(IsakmpHeader.BYTES + content.length()).bytes(content).toBytes();
    }
}
