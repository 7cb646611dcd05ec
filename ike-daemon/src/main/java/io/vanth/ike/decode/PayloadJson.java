package io.vanth.ike.decode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.ike.exchange.VendorNames;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadType;

/// Payloads as JSON objects: each has its `type`, `name` and `bytes`, the size of its body.
final class PayloadJson {
    private PayloadJson() {}

    static void addAll(ArrayNode array, Iterable<Payload> payloads) {
        for (Payload payload : payloads) {
            ObjectNode node = array.addObject().put("type", payload.type())
                    .put("name", PayloadType.nameOf(payload.type())).put("bytes", payload.body().length());
            fill(node, payload);
        }
    }

    private static void fill(ObjectNode node, Payload payload) {
        switch (payload) {
            case Payload.Sa sa -> sa(node, sa);
            case Payload.Identification id -> node.put("idType", id.idType())
                    .put("idTypeName", Names.idType(id.idType())).put("protocol", id.protocol()).put("port", id.port())
                    .put("identity", IdentityText.of(id)).put("data", id.data().hex());
            case Payload.Certificate(_, int encoding, Bytes data) -> node.put("encoding", encoding)
                    .put("encodingName", Names.certificateEncoding(encoding)).put("data", data.hex());
            case Payload.CertificateRequest(_, int encoding, Bytes authority) -> node.put("encoding", encoding)
                    .put("encodingName", Names.certificateEncoding(encoding)).put("authority", authority.hex());
            case Payload.Notification(_, int doi, int protocol, Bytes spi, int type, Bytes data) -> node
                    .put("doi", Integer.toUnsignedLong(doi)).put("protocol", protocol)
                    .put("protocolName", Names.protocol(protocol)).put("spi", spi.hex()).put("notifyType", type)
                    .put("notifyName", Names.notifyType(type)).put("data", data.hex());
            case Payload.Delete(_, int doi, int protocol, _, var spis) -> {
                node.put("doi", Integer.toUnsignedLong(doi)).put("protocol", protocol).put("protocolName",
                        Names.protocol(protocol));
                ArrayNode array = node.putArray("spis");
                spis.forEach(spi -> array.add(spi.hex()));
            }
            case Payload.VendorId(Bytes body) -> {
                node.put("data", body.hex());
                VendorNames.of(body).ifPresent(vendor -> node.put("vendor", vendor));
            }
            case Payload.ModeConfig config -> {
                node.put("message", config.message()).put("identifier", config.identifier());
                ArrayNode array = node.putArray("attributes");
                config.attributes().forEach(attribute -> attribute(array.addObject(), attribute));
            }
            case Payload.NatOriginalAddress(_, _, var address) -> node.put("address", address.getHostAddress());
            case Payload.Fragment(_, int id, int number, boolean last, Bytes data) ->
                node.put("id", id).put("number", number).put("last", last).put("data", data.hex());
            case Payload.KeyExchange _,Payload.Hash _,Payload.Signature _,Payload.Nonce _,Payload.NatDiscovery _,Payload.Unknown _ ->
                node.put("data", payload.body().hex());
        }
    }

    private static void sa(ObjectNode node, Payload.Sa sa) {
        node.put("doi", Integer.toUnsignedLong(sa.doi())).put("situation", Integer.toUnsignedLong(sa.situation()));
        ArrayNode proposals = node.putArray("proposals");
        for (Payload.Proposal proposal : sa.proposals()) {
            ArrayNode transforms = proposals.addObject().put("number", proposal.number())
                    .put("protocol", proposal.protocol()).put("protocolName", Names.protocol(proposal.protocol()))
                    .put("spi", proposal.spi().hex()).putArray("transforms");
            for (Payload.TransformItem transform : proposal.transforms()) {
                ArrayNode attributes = transforms.addObject().put("number", transform.number())
                        .put("id", transform.id())
                        .put("name", Names.transform(proposal.protocol(), transform.id())).putArray("attributes");
                transform.attributes().forEach(attribute -> saAttribute(attributes, proposal.protocol(), attribute));
            }
        }
    }

    private static void saAttribute(ArrayNode attributes, int protocol, Attribute attribute) {
        ObjectNode node = attributes.addObject();
        attribute(node, attribute);
        node.put("name", AttributeNames.type(protocol, attribute));
        AttributeNames.value(protocol, attribute).ifPresent(name -> node.put("valueName", name));
    }

    private static void attribute(ObjectNode node, Attribute attribute) {
        node.put("type", attribute.type()).put("basic", attribute.basic()).put("data", attribute.value().hex());
        if (attribute.number() >= 0) {
            node.put("value", attribute.number());
        }
    }
}
