package io.vanth.ike.decode;

import io.vanth.ike.wire.Attribute;
import java.util.Map;
import java.util.Optional;

/// Names of SA attributes and their values: RFC 2409 appendix A for phase 1, RFC 2407 section 4.5 for phase 2, and what
/// the registries added to both.
final class AttributeNames {
    private static final int PROTOCOL_ISAKMP = 1;

    private static final Map<Integer, String> GROUPS = Map.ofEntries(Map.entry(1, "modp768"),
            Map.entry(2, "modp1024"), Map.entry(3, "ec2n155"), Map.entry(4, "ec2n185"), Map.entry(5, "modp1536"),
            Map.entry(14, "modp2048"), Map.entry(15, "modp3072"), Map.entry(16, "modp4096"),
            Map.entry(17, "modp6144"), Map.entry(18, "modp8192"), Map.entry(19, "ecp256"), Map.entry(20, "ecp384"),
            Map.entry(21, "ecp521"), Map.entry(22, "modp1024s160"), Map.entry(23, "modp2048s224"),
            Map.entry(24, "modp2048s256"), Map.entry(25, "ecp192"), Map.entry(26, "ecp224"),
            Map.entry(27, "brainpoolP224r1"), Map.entry(28, "brainpoolP256r1"), Map.entry(29, "brainpoolP384r1"),
            Map.entry(30, "brainpoolP512r1"), Map.entry(31, "curve25519"));

    private static final Map<Integer, String> LIFE_TYPES = Map.of(1, "seconds", 2, "kilobytes");

    private static final Map<Integer, String> PHASE_1_TYPES = Map.ofEntries(Map.entry(1, "encryption"),
            Map.entry(2, "hash"), Map.entry(3, "authentication"), Map.entry(4, "group"), Map.entry(5, "group type"),
            Map.entry(6, "group prime"), Map.entry(7, "group generator 1"), Map.entry(8, "group generator 2"),
            Map.entry(9, "group curve A"), Map.entry(10, "group curve B"), Map.entry(11, "life type"),
            Map.entry(12, "life duration"), Map.entry(13, "PRF"), Map.entry(14, "key length"),
            Map.entry(15, "field size"), Map.entry(16, "group order"));

    private static final Map<Integer, String> CIPHERS = Map.of(1, "DES-CBC", 2, "IDEA-CBC", 3, "BLOWFISH-CBC", 4,
            "RC5-R16-B64-CBC", 5, "3DES-CBC", 6, "CAST-CBC", 7, "AES-CBC", 8, "CAMELLIA-CBC");

    private static final Map<Integer, String> HASHES = Map.of(1, "MD5", 2, "SHA", 3, "TIGER", 4, "SHA2-256", 5,
            "SHA2-384", 6, "SHA2-512");

    private static final Map<Integer, String> METHODS = Map.ofEntries(Map.entry(1, "pre-shared key"),
            Map.entry(2, "DSS signatures"), Map.entry(3, "RSA signatures"), Map.entry(4, "RSA encryption"),
            Map.entry(5, "revised RSA encryption"), Map.entry(9, "ECDSA P-256 SHA-256"),
            Map.entry(10, "ECDSA P-384 SHA-384"), Map.entry(11, "ECDSA P-521 SHA-512"),
            Map.entry(64221, "hybrid, initiator RSA"), Map.entry(64222, "hybrid, responder RSA"),
            Map.entry(65001, "XAUTH, initiator pre-shared key"), Map.entry(65002, "XAUTH, responder pre-shared key"),
            Map.entry(65005, "XAUTH, initiator RSA signatures"), Map.entry(65006, "XAUTH, responder RSA signatures"));

    private static final Map<Integer, Map<Integer, String>> PHASE_1_VALUES = Map.of(1, CIPHERS, 2, HASHES, 3, METHODS,
            4, GROUPS, 5, Map.of(1, "MODP", 2, "ECP", 3, "EC2N"), 11, LIFE_TYPES);

    private static final Map<Integer, String> PHASE_2_TYPES = Map.ofEntries(Map.entry(1, "life type"),
            Map.entry(2, "life duration"), Map.entry(3, "group"), Map.entry(4, "encapsulation mode"),
            Map.entry(5, "authentication"), Map.entry(6, "key length"), Map.entry(7, "key rounds"),
            Map.entry(8, "compress dictionary size"), Map.entry(9, "compress private algorithm"),
            Map.entry(10, "ECN tunnel"), Map.entry(11, "extended sequence numbers"),
            Map.entry(12, "authentication key length"), Map.entry(13, "signature encoding"));

    private static final Map<Integer, String> MODES = Map.of(1, "tunnel", 2, "transport", 3,
            "UDP-encapsulated tunnel", 4, "UDP-encapsulated transport", 61443, "UDP-encapsulated tunnel (draft)",
            61444, "UDP-encapsulated transport (draft)");

    private static final Map<Integer, String> INTEGRITY = Map.ofEntries(Map.entry(1, "HMAC-MD5"),
            Map.entry(2, "HMAC-SHA"), Map.entry(3, "DES-MAC"), Map.entry(4, "KPDK"), Map.entry(5, "HMAC-SHA2-256"),
            Map.entry(6, "HMAC-SHA2-384"), Map.entry(7, "HMAC-SHA2-512"), Map.entry(8, "HMAC-RIPEMD"),
            Map.entry(9, "AES-XCBC-MAC"), Map.entry(10, "SIG-RSA"), Map.entry(11, "AES-128-GMAC"),
            Map.entry(12, "AES-192-GMAC"), Map.entry(13, "AES-256-GMAC"));

    private static final Map<Integer, Map<Integer, String>> PHASE_2_VALUES = Map.of(1, LIFE_TYPES, 3, GROUPS, 4,
            MODES, 5, INTEGRITY);

    private AttributeNames() {}

    /// The attribute's name in a proposal for `protocol`.
    static String type(int protocol, Attribute attribute) {
        return (protocol == PROTOCOL_ISAKMP ? PHASE_1_TYPES : PHASE_2_TYPES).getOrDefault(attribute.type(),
                "attribute " + attribute.type());
    }

    /// The name of the attribute's value, where it has one.
    static Optional<String> value(int protocol, Attribute attribute) {
        var values = protocol == PROTOCOL_ISAKMP ? PHASE_1_VALUES : PHASE_2_VALUES;
        return Optional.ofNullable(
                values.getOrDefault(attribute.type(), Map.of())
                        .get(Math.clamp(attribute.number(), -1, Integer.MAX_VALUE)));
    }
}
