package io.vanth.ike.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Malformed;

/// A frame as one line of JSON: `{"file":…,"frame":…,"message":{…}}`, or with `"malformed":{"reason":…,"offset":…}`. A
/// message has a `kind`: `isakmp`, `esp`, `ah`, `nat-keepalive` or `other`. Bytes are hexadecimal digits, text of a peer
/// is escaped.
final class JsonRenderer {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JsonRenderer() {}

    static String render(DecodedFrame frame) {
        ObjectNode line = MAPPER.createObjectNode().put("file", frame.file()).put("frame", frame.number());
        if (frame.content() instanceof Content.Broken(Malformed(String reason, int offset))) {
            line.putObject("malformed").put("reason", reason).put("offset", offset);
        } else {
            ObjectNode message = line.putObject("message").put("kind", kind(frame.content()));
            frame.flow().ifPresent(flow -> message.put("source", flow.source().toString()).put("destination",
                    flow.destination().toString()));
            fill(message, frame.content());
        }
        try {
            return MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values", e);
        }
    }

    private static String kind(Content content) {
        return switch (content) {
            case Content.Clear _,Content.Encrypted _ -> "isakmp";
            case Content.Esp _ -> "esp";
            case Content.Ah _ -> "ah";
            case Content.Keepalive _ -> "nat-keepalive";
            case Content.Unreachable _,Content.Other _,Content.Broken _ -> "other";
        };
    }

    private static void fill(ObjectNode message, Content content) {
        switch (content) {
            case Content.Clear(var clear) -> {
                header(message, clear.header());
                PayloadJson.addAll(message.putArray("payloads"), clear.payloads());
            }
            case Content.Encrypted(var encrypted, var plaintext) -> {
                header(message, encrypted.header());
                ObjectNode inner = message.putObject("encrypted").put("bytes", encrypted.ciphertext().length());
                plaintext.ifPresent(chain -> PayloadJson.addAll(
                        inner.put("padding", chain.bytes().length() - chain.end()).putArray("payloads"),
                        chain.payloads()));
            }
            case Content.Esp(int spi, int sequence, int bytes, boolean withinUdp) ->
                message.put("spi", hex(spi)).put("sequence", Integer.toUnsignedLong(sequence)).put("bytes", bytes)
                        .put("withinUdp", withinUdp);
            case Content.Ah(int next, int spi, int sequence, int bytes) -> message.put("spi", hex(spi))
                    .put("sequence", Integer.toUnsignedLong(sequence)).put("bytes", bytes).put("nextHeader", next);
            case Content.Unreachable(String what, var target) -> message.put("what", what + " unreachable")
                    .put("target", target.toString());
            case Content.Other(String what) -> message.put("what", what);
            case Content.Keepalive _,Content.Broken _ -> {
            }
        }
    }

    private static void header(ObjectNode message, IsakmpHeader header) {
        message.put("initiatorCookie", header.initiator().toString())
                .put("responderCookie", header.responder().toString()).put("nextPayload", header.nextPayload())
                .put("version", "%d.%d".formatted(header.majorVersion(), header.version() & 0xf))
                .put("exchange", header.exchange()).put("exchangeName", ExchangeType.nameOf(header.exchange()))
                .put("flags", header.flags()).put("messageId", hex(header.messageId()))
                .put("length", header.length());
    }

    private static String hex(int number) {
        return "%08x".formatted(number);
    }
}
