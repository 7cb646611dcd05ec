package io.vanth.ike.wire;

import java.net.InetAddress;
import java.util.List;

/// The payloads of a message. Each has its body, which is everything behind the generic header: as it was received, or as
/// it will be sent. Hashes are computed over it and never over a re-encoding.
public sealed interface Payload {
    /// The payload number.
    int type();

    /// The bytes behind the generic header.
    Bytes body();

    /// Security association, RFC 2408 section 3.4.
    record Sa(Bytes body, int doi, int situation, List<Proposal> proposals) implements Payload {
        public Sa {
            proposals = List.copyOf(proposals);
        }

        /// For the IPsec DOI and SIT_IDENTITY_ONLY (RFC 2407 section 4.2).
        public static Sa of(List<Proposal> proposals) {
            return PayloadWriter.sa(proposals);
        }

        @Override
        public int type() {
            return PayloadType.SA.code();
        }
    }

    /// A proposal within an SA payload, RFC 2408 section 3.5. Proposals of one number belong together ("and").
    record Proposal(int number, int protocol, Bytes spi, List<TransformItem> transforms) {
        public Proposal {
            transforms = List.copyOf(transforms);
        }
    }

    /// A transform within a proposal, RFC 2408 section 3.6.
    record TransformItem(int number, int id, List<Attribute> attributes) {
        public TransformItem {
            attributes = List.copyOf(attributes);
        }
    }

    /// Key exchange, RFC 2408 section 3.7.
    record KeyExchange(Bytes body) implements Payload {
        @Override
        public int type() {
            return PayloadType.KEY_EXCHANGE.code();
        }
    }

    /// Identification, RFC 2407 section 4.6.2.
    record Identification(Bytes body, int idType, int protocol, int port, Bytes data) implements Payload {
        public static Identification of(int idType, int protocol, int port, Bytes data) {
            return PayloadWriter.identification(idType, protocol, port, data);
        }

        @Override
        public int type() {
            return PayloadType.IDENTIFICATION.code();
        }
    }

    /// Certificate, RFC 2408 section 3.9.
    record Certificate(Bytes body, int encoding, Bytes data) implements Payload {
        public static Certificate of(int encoding, Bytes data) {
            return PayloadWriter.certificate(encoding, data);
        }

        @Override
        public int type() {
            return PayloadType.CERTIFICATE.code();
        }
    }

    /// Certificate request, RFC 2408 section 3.10.
    record CertificateRequest(Bytes body, int encoding, Bytes authority) implements Payload {
        public static CertificateRequest of(int encoding, Bytes authority) {
            return PayloadWriter.certificateRequest(encoding, authority);
        }

        @Override
        public int type() {
            return PayloadType.CERTIFICATE_REQUEST.code();
        }
    }

    /// Hash, RFC 2408 section 3.11.
    record Hash(Bytes body) implements Payload {
        @Override
        public int type() {
            return PayloadType.HASH.code();
        }
    }

    /// Signature, RFC 2408 section 3.12.
    record Signature(Bytes body) implements Payload {
        @Override
        public int type() {
            return PayloadType.SIGNATURE.code();
        }
    }

    /// Nonce, RFC 2408 section 3.13.
    record Nonce(Bytes body) implements Payload {
        @Override
        public int type() {
            return PayloadType.NONCE.code();
        }
    }

    /// Notification, RFC 2408 section 3.14.
    record Notification(Bytes body, int doi, int protocol, Bytes spi, int notifyType, Bytes data) implements Payload {
        /// For the IPsec DOI.
        public static Notification of(int protocol, Bytes spi, int notifyType, Bytes data) {
            return PayloadWriter.notification(protocol, spi, notifyType, data);
        }

        @Override
        public int type() {
            return PayloadType.NOTIFICATION.code();
        }
    }

    /// Delete, RFC 2408 section 3.15.
    record Delete(Bytes body, int doi, int protocol, int spiSize, List<Bytes> spis) implements Payload {
        public Delete {
            spis = List.copyOf(spis);
        }

        /// For the IPsec DOI; the SPIs are of one size and at least one.
        public static Delete of(int protocol, List<Bytes> spis) {
            return PayloadWriter.delete(protocol, spis);
        }

        @Override
        public int type() {
            return PayloadType.DELETE.code();
        }
    }

    /// Vendor id, RFC 2408 section 3.16.
    record VendorId(Bytes body) implements Payload {
        @Override
        public int type() {
            return PayloadType.VENDOR_ID.code();
        }
    }

    /// Attributes of the transaction exchange (mode config, XAUTH).
    record ModeConfig(Bytes body, int message, int identifier, List<Attribute> attributes) implements Payload {
        public ModeConfig {
            attributes = List.copyOf(attributes);
        }

        @Override
        public int type() {
            return PayloadType.ATTRIBUTES.code();
        }
    }

    /// NAT discovery, RFC 3947 section 3.2; the drafts used another payload number.
    record NatDiscovery(int type, Bytes body) implements Payload {}

    /// NAT original address, RFC 3947 section 5.2; the drafts used another payload number.
    record NatOriginalAddress(int type, Bytes body, InetAddress address) implements Payload {}

    /// A piece of a message, Cisco's and Microsoft's fragmentation.
    record Fragment(Bytes body, int id, int number, boolean last, Bytes data) implements Payload {
        public static Fragment of(int id, int number, boolean last, Bytes data) {
            return PayloadWriter.fragment(id, number, last, data);
        }

        @Override
        public int type() {
            return PayloadType.FRAGMENT.code();
        }
    }

    /// A payload number that has no meaning here.
    record Unknown(int type, Bytes body) implements Payload {}
}
