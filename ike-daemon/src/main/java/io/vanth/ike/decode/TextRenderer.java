package io.vanth.ike.decode;

import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A frame as lines of text: one line that says what it is, and the payloads as an indented tree.
final class TextRenderer {
    private static final String INDENT = "  ";

    private TextRenderer() {}

    /// The lines; none for a frame that is neither ISAKMP nor IPsec.
    static List<String> render(DecodedFrame frame) {
        var lines = new ArrayList<String>();
        headline(frame.content()).ifPresent(headline -> lines.add("%s frame %d%s: %s".formatted(frame.file(),
                frame.number(),
                frame.flow().map(flow -> ", %s to %s".formatted(flow.source(), flow.destination())).orElse(""),
                headline)));
        payloads(frame.content())
                .forEach(payload -> PayloadText.lines(payload).forEach(line -> lines.add(INDENT + line)));
        return lines;
    }

    private static Optional<String> headline(Content content) {
        return switch (content) {
            case Content.Clear(var message) -> Optional.of(header(message.header()));
            case Content.Encrypted(var message, var plaintext) -> Optional.of("%s, %d bytes encrypted%s".formatted(
                    header(message.header()), message.ciphertext().length(), decrypted(plaintext)));
            case Content.Esp(int spi, int sequence, int bytes, boolean withinUdp) -> Optional
                    .of("ESP%s SPI %08x sequence %s, %d bytes".formatted(withinUdp ? " in UDP" : "", spi,
                            Integer.toUnsignedString(sequence), bytes));
            case Content.Ah(int next, int spi, int sequence, int bytes) ->
                Optional.of("AH SPI %08x sequence %s, next header %d, %d bytes".formatted(spi,
                        Integer.toUnsignedString(sequence), next, bytes));
            case Content.Keepalive _ -> Optional.of("NAT keepalive");
            case Content.Unreachable(String what, var target) ->
                Optional.of("ICMP: %s unreachable for %s".formatted(what, target));
            case Content.Other _ -> Optional.empty();
            case Content.Broken(Malformed(String reason, int offset)) ->
                Optional.of("malformed at %d: %s".formatted(offset, reason));
        };
    }

    private static String header(IsakmpHeader header) {
        return "ISAKMP %s%s, initiator %s, responder %s, message id %08x, %d bytes".formatted(
                ExchangeType.nameOf(header.exchange()), header.commit() ? " (commit)" : "", header.initiator(),
                header.responder(), header.messageId(), header.length());
    }

    private static String decrypted(Optional<PayloadChain> plaintext) {
        return plaintext.map(chain -> " with %d of padding".formatted(chain.bytes().length() - chain.end())).orElse("");
    }

    private static List<Payload> payloads(Content content) {
        return switch (content) {
            case Content.Clear(var message) -> message.payloads();
            case Content.Encrypted(_, var plaintext) -> plaintext.map(PayloadChain::payloads).orElse(List.of());
            case Content.Esp _,Content.Ah _,Content.Keepalive _,Content.Unreachable _,Content.Other _,Content.Broken _ ->
                List.of();
        };
    }
}
