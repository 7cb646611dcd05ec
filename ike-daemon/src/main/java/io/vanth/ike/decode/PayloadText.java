package io.vanth.ike.decode;

import io.vanth.ike.exchange.VendorNames;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadType;
import java.util.ArrayList;
import java.util.List;

/// Payloads as lines of text. Long values are cut, the JSON form has them whole.
final class PayloadText {
    private static final int SHOWN_BYTES = 32;

    private PayloadText() {}

    static List<String> lines(Payload payload) {
        var lines = new ArrayList<String>();
        lines.add(PayloadType.nameOf(payload.type()) + " " + summary(payload));
        switch (payload) {
            case Payload.Sa sa -> sa.proposals().forEach(proposal -> proposal(proposal, lines));
            case Payload.ModeConfig config -> config.attributes().forEach(attribute -> lines
                    .add("  attribute %d = %s".formatted(attribute.type(), cut(attribute.value()))));
            case Payload.KeyExchange _,Payload.Identification _,Payload.Certificate _,Payload.CertificateRequest _,Payload.Hash _,Payload.Signature _,Payload.Nonce _,Payload.Notification _,Payload.Delete _,Payload.VendorId _,Payload.NatDiscovery _,Payload.NatOriginalAddress _,Payload.Fragment _,Payload.Unknown _ ->
                {
                }
        }
        return lines;
    }

    private static String summary(Payload payload) {
        return switch (payload) {
            case Payload.Sa sa -> "DOI %s, situation %s".formatted(Integer.toUnsignedString(sa.doi()),
                    Integer.toUnsignedString(sa.situation()));
            case Payload.Identification id -> "%s %s, protocol %d, port %d".formatted(Names.idType(id.idType()),
                    IdentityText.of(id), id.protocol(), id.port());
            case Payload.Certificate(_, int encoding, Bytes data) -> certificate(encoding, data);
            case Payload.CertificateRequest(_, int encoding, Bytes authority) -> certificate(encoding, authority);
            case Payload.Notification(_, _, int protocol, Bytes spi, int type, Bytes data) ->
                "%s, %s, SPI %s, data %s".formatted(Names.notifyType(type), Names.protocol(protocol), cut(spi),
                        cut(data));
            case Payload.Delete(_, _, int protocol, _, var spis) -> "%s, SPIs %s".formatted(Names.protocol(protocol),
                    String.join(", ", spis.stream().map(Bytes::hex).toList()));
            case Payload.VendorId(Bytes body) -> VendorNames.of(body).map(name -> name + " ").orElse("") + cut(body);
            case Payload.ModeConfig config ->
                "message %d, identifier %d".formatted(config.message(), config.identifier());
            case Payload.NatOriginalAddress(_, _, var address) -> address.getHostAddress();
            case Payload.Fragment(_, int id, int number, boolean last, Bytes data) ->
                "%d of message %d%s, %d bytes".formatted(number, id, last ? " (last)" : "", data.length());
            case Payload.KeyExchange _,Payload.Hash _,Payload.Signature _,Payload.Nonce _,Payload.NatDiscovery _,Payload.Unknown _ ->
                cut(payload.body());
        };
    }

    private static String certificate(int encoding, Bytes data) {
        return "%s, %s".formatted(Names.certificateEncoding(encoding), cut(data));
    }

    private static void proposal(Payload.Proposal proposal, List<String> lines) {
        lines.add("  proposal %d, %s%s".formatted(proposal.number(), Names.protocol(proposal.protocol()),
                proposal.spi().isEmpty() ? "" : ", SPI " + cut(proposal.spi())));
        for (Payload.TransformItem transform : proposal.transforms()) {
            lines.add("    transform %d, %s".formatted(transform.number(),
                    Names.transform(proposal.protocol(), transform.id())));
            transform.attributes()
                    .forEach(attribute -> lines.add("      " + attribute(proposal.protocol(), attribute)));
        }
    }

    private static String attribute(int protocol, Attribute attribute) {
        String number = attribute.number() >= 0 ? Long.toString(attribute.number()) : cut(attribute.value());
        return "%s = %s".formatted(AttributeNames.type(protocol, attribute),
                AttributeNames.value(protocol, attribute).orElse(number));
    }

    private static String cut(Bytes bytes) {
        if (bytes.isEmpty()) {
            return "none";
        }
        return bytes.length() <= SHOWN_BYTES
                ? bytes.hex()
                : "%s... (%d bytes)".formatted(
                        bytes.slice(0, SHOWN_BYTES).hex(), bytes.length());
    }
}
