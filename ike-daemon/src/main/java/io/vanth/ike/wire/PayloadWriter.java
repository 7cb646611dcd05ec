package io.vanth.ike.wire;

import java.util.List;

/// Encodes the bodies of payloads. What does not fit its field throws [IllegalArgumentException].
final class PayloadWriter {
    private static final int FRAGMENT_LAST = 1;

    private PayloadWriter() {}

    static Payload.Sa sa(List<Payload.Proposal> proposals) {
        var out = new ByteSink().i32(SaReader.IPSEC_DOI).i32(SaReader.SIT_IDENTITY_ONLY);
        for (int i = 0; i < proposals.size(); i++) {
            boolean last = i == proposals.size() - 1;
            out.item(last ? PayloadType.NONE : PayloadType.PROPOSAL.code(), proposal(proposals.get(i)));
        }
        return new Payload.Sa(out.toBytes(), SaReader.IPSEC_DOI, SaReader.SIT_IDENTITY_ONLY, proposals);
    }

    private static Bytes proposal(Payload.Proposal proposal) {
        List<Payload.TransformItem> transforms = proposal.transforms();
        var out = new ByteSink().u8(proposal.number()).u8(proposal.protocol()).u8(proposal.spi().length())
                .u8(transforms.size()).bytes(proposal.spi());
        for (int i = 0; i < transforms.size(); i++) {
            boolean last = i == transforms.size() - 1;
            out.item(last ? PayloadType.NONE : PayloadType.TRANSFORM.code(), transform(transforms.get(i)));
        }
        return out.toBytes();
    }

    private static Bytes transform(Payload.TransformItem transform) {
        var out = new ByteSink().u8(transform.number()).u8(transform.id()).u16(0);
        transform.attributes().forEach(attribute -> attribute(attribute, out));
        return out.toBytes();
    }

    static void attribute(Attribute attribute, ByteSink out) {
        if (attribute.type() > AttributeReader.MAX_TYPE) {
            throw new IllegalArgumentException("attribute type " + attribute.type());
        }
        if (attribute.basic()) {
            out.u16(AttributeReader.FORMAT_BIT | attribute.type()).u16(attribute.value().shortAt(0));
        } else {
            out.u16(attribute.type()).u16(attribute.value().length()).bytes(attribute.value());
        }
    }

    static Payload.Identification identification(int idType, int protocol, int port, Bytes data) {
        Bytes body = new ByteSink().u8(idType).u8(protocol).u16(port).bytes(data).toBytes();
        return new Payload.Identification(body, idType, protocol, port, data);
    }

    static Payload.Certificate certificate(int encoding, Bytes data) {
        return new Payload.Certificate(new ByteSink().u8(encoding).bytes(data).toBytes(), encoding, data);
    }

    static Payload.CertificateRequest certificateRequest(int encoding, Bytes authority) {
        return new Payload.CertificateRequest(new ByteSink().u8(encoding).bytes(authority).toBytes(), encoding,
                authority);
    }

    static Payload.Notification notification(int protocol, Bytes spi, int notifyType, Bytes data) {
        Bytes body = new ByteSink().i32(SaReader.IPSEC_DOI).u8(protocol).u8(spi.length()).u16(notifyType).bytes(spi)
                .bytes(data).toBytes();
        return new Payload.Notification(body, SaReader.IPSEC_DOI, protocol, spi, notifyType, data);
    }

    static Payload.Delete delete(int protocol, List<Bytes> spis) {
        int spiSize = spis.getFirst().length();
        if (spiSize == 0 || spis.stream().anyMatch(spi -> spi.length() != spiSize)) {
            throw new IllegalArgumentException("SPIs of different sizes, or of none");
        }
        var out = new ByteSink().i32(SaReader.IPSEC_DOI).u8(protocol).u8(spiSize).u16(spis.size());
        spis.forEach(out::bytes);
        return new Payload.Delete(out.toBytes(), SaReader.IPSEC_DOI, protocol, spiSize, spis);
    }

    static Payload.Fragment fragment(int id, int number, boolean last, Bytes data) {
        Bytes body = new ByteSink().u16(id).u8(number).u8(last ? FRAGMENT_LAST : 0).bytes(data).toBytes();
        return new Payload.Fragment(body, id, number, last, data);
    }
}
