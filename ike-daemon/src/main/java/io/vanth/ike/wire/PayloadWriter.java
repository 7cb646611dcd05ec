package io.vanth.ike.wire;

import java.util.List;

/// Encodes the bodies of payloads.
final class PayloadWriter {
    private PayloadWriter() {}

    static Payload.Sa sa(List<Payload.Proposal> proposals) {
        return null;
    }

    static Payload.Identification identification(int idType, int protocol, int port, Bytes data) {
        return null;
    }

    static Payload.Certificate certificate(int encoding, Bytes data) {
        return null;
    }

    static Payload.CertificateRequest certificateRequest(int encoding, Bytes authority) {
        return null;
    }

    static Payload.Notification notification(int protocol, Bytes spi, int notifyType, Bytes data) {
        return null;
    }

    static Payload.Delete delete(int protocol, List<Bytes> spis) {
        return null;
    }

    static Payload.Fragment fragment(int id, int number, boolean last, Bytes data) {
        return null;
    }
}
