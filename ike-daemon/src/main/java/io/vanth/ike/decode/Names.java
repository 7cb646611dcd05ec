package io.vanth.ike.decode;

import java.util.Map;

/// Names of the numbers within payloads, from RFC 2407, RFC 2408, RFC 2409 and the registries that continue them.
final class Names {
    private static final Map<Integer, String> PROTOCOLS = Map.of(1, "ISAKMP", 2, "AH", 3, "ESP", 4, "IPCOMP");

    private static final Map<Integer, String> ID_TYPES = Map.ofEntries(Map.entry(1, "IPV4_ADDR"),
            Map.entry(2, "FQDN"), Map.entry(3, "USER_FQDN"), Map.entry(4, "IPV4_ADDR_SUBNET"),
            Map.entry(5, "IPV6_ADDR"), Map.entry(6, "IPV6_ADDR_SUBNET"), Map.entry(7, "IPV4_ADDR_RANGE"),
            Map.entry(8, "IPV6_ADDR_RANGE"), Map.entry(9, "DER_ASN1_DN"), Map.entry(10, "DER_ASN1_GN"),
            Map.entry(11, "KEY_ID"));

    private static final Map<Integer, String> CERTIFICATE_ENCODINGS = Map.ofEntries(Map.entry(0, "NONE"),
            Map.entry(1, "PKCS #7 wrapped X.509"), Map.entry(2, "PGP"), Map.entry(3, "DNS signed key"),
            Map.entry(4, "X.509 signature"), Map.entry(5, "X.509 key exchange"), Map.entry(6, "Kerberos tokens"),
            Map.entry(7, "CRL"), Map.entry(8, "ARL"), Map.entry(9, "SPKI"), Map.entry(10, "X.509 attribute"));

    /// RFC 2408 section 3.14.1, RFC 2407 section 4.6.3, RFC 3706 section 5.3.
    private static final Map<Integer, String> NOTIFY_TYPES = Map.ofEntries(Map.entry(1, "INVALID-PAYLOAD-TYPE"),
            Map.entry(2, "DOI-NOT-SUPPORTED"), Map.entry(3, "SITUATION-NOT-SUPPORTED"),
            Map.entry(4, "INVALID-COOKIE"), Map.entry(5, "INVALID-MAJOR-VERSION"),
            Map.entry(6, "INVALID-MINOR-VERSION"), Map.entry(7, "INVALID-EXCHANGE-TYPE"),
            Map.entry(8, "INVALID-FLAGS"), Map.entry(9, "INVALID-MESSAGE-ID"), Map.entry(10, "INVALID-PROTOCOL-ID"),
            Map.entry(11, "INVALID-SPI"), Map.entry(12, "INVALID-TRANSFORM-ID"),
            Map.entry(13, "ATTRIBUTES-NOT-SUPPORTED"), Map.entry(14, "NO-PROPOSAL-CHOSEN"),
            Map.entry(15, "BAD-PROPOSAL-SYNTAX"), Map.entry(16, "PAYLOAD-MALFORMED"),
            Map.entry(17, "INVALID-KEY-INFORMATION"), Map.entry(18, "INVALID-ID-INFORMATION"),
            Map.entry(19, "INVALID-CERT-ENCODING"), Map.entry(20, "INVALID-CERTIFICATE"),
            Map.entry(21, "CERT-TYPE-UNSUPPORTED"), Map.entry(22, "INVALID-CERT-AUTHORITY"),
            Map.entry(23, "INVALID-HASH-INFORMATION"), Map.entry(24, "AUTHENTICATION-FAILED"),
            Map.entry(25, "INVALID-SIGNATURE"), Map.entry(26, "ADDRESS-NOTIFICATION"),
            Map.entry(27, "NOTIFY-SA-LIFETIME"), Map.entry(28, "CERTIFICATE-UNAVAILABLE"),
            Map.entry(29, "UNSUPPORTED-EXCHANGE-TYPE"), Map.entry(30, "UNEQUAL-PAYLOAD-LENGTHS"),
            Map.entry(16384, "CONNECTED"), Map.entry(24576, "RESPONDER-LIFETIME"),
            Map.entry(24577, "REPLAY-STATUS"), Map.entry(24578, "INITIAL-CONTACT"), Map.entry(36136, "R-U-THERE"),
            Map.entry(36137, "R-U-THERE-ACK"));

    private static final Map<Integer, String> ESP_TRANSFORMS = Map.ofEntries(Map.entry(1, "DES-IV64"),
            Map.entry(2, "DES"), Map.entry(3, "3DES"), Map.entry(4, "RC5"), Map.entry(5, "IDEA"),
            Map.entry(6, "CAST"), Map.entry(7, "BLOWFISH"), Map.entry(8, "3IDEA"), Map.entry(9, "DES-IV32"),
            Map.entry(10, "RC4"), Map.entry(11, "NULL"), Map.entry(12, "AES-CBC"), Map.entry(13, "AES-CTR"),
            Map.entry(14, "AES-CCM-8"), Map.entry(15, "AES-CCM-12"), Map.entry(16, "AES-CCM-16"),
            Map.entry(18, "AES-GCM-8"), Map.entry(19, "AES-GCM-12"), Map.entry(20, "AES-GCM-16"),
            Map.entry(21, "SEED-CBC"), Map.entry(22, "CAMELLIA"), Map.entry(23, "NULL-AUTH-AES-GMAC"));

    private static final Map<Integer, String> AH_TRANSFORMS = Map.ofEntries(Map.entry(2, "MD5"),
            Map.entry(3, "SHA"), Map.entry(4, "DES"), Map.entry(5, "SHA2-256"), Map.entry(6, "SHA2-384"),
            Map.entry(7, "SHA2-512"), Map.entry(8, "RIPEMD"), Map.entry(9, "AES-XCBC-MAC"), Map.entry(10, "RSA"),
            Map.entry(11, "AES-128-GMAC"), Map.entry(12, "AES-192-GMAC"), Map.entry(13, "AES-256-GMAC"));

    private static final Map<Integer, String> IPCOMP_TRANSFORMS = Map.of(1, "OUI", 2, "DEFLATE", 3, "LZS", 4, "LZJH");

    private static final Map<Integer, Map<Integer, String>> TRANSFORMS = Map.of(1, Map.of(1, "KEY_IKE"), 2,
            AH_TRANSFORMS, 3, ESP_TRANSFORMS, 4, IPCOMP_TRANSFORMS);

    private Names() {}

    static String protocol(int protocol) {
        return PROTOCOLS.getOrDefault(protocol, "protocol " + protocol);
    }

    static String idType(int type) {
        return ID_TYPES.getOrDefault(type, "ID type " + type);
    }

    static String certificateEncoding(int encoding) {
        return CERTIFICATE_ENCODINGS.getOrDefault(encoding, "encoding " + encoding);
    }

    static String notifyType(int type) {
        return NOTIFY_TYPES.getOrDefault(type, "notify type " + type);
    }

    /// The transform of a proposal for `protocol`.
    static String transform(int protocol, int id) {
        return TRANSFORMS.getOrDefault(protocol, Map.of()).getOrDefault(id, "transform id " + id);
    }
}
