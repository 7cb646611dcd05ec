package io.vanth.ike.config;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Integrity;
import io.vanth.ike.policy.Risk;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The algorithms that manual SAs may have.
final class ManualAlgorithms {
    private static final Map<String, Cipher> CIPHERS = new LinkedHashMap<>();
    private static final Map<String, Integrity> INTEGRITIES = new LinkedHashMap<>();
    /// Modes whose counters begin again with the daemon.
    private static final Pattern COUNTERS = Pattern.compile(".*(ctr|gcm|ccm|gmac|poly1305|chacha).*");
    private static final Pattern DIGITS = Pattern.compile("(0[xX])?[0-9a-fA-F_]{8,}");
    private static final Pattern WORD = Pattern.compile("[a-z0-9_-]{0,24}");

    static {
        CIPHERS.put("aes", Cipher.AES_CBC);
        CIPHERS.put("camellia", Cipher.CAMELLIA_CBC);
        CIPHERS.put("3des", Cipher.TRIPLE_DES_CBC);
        CIPHERS.put("des", Cipher.DES_CBC);
        CIPHERS.put("blowfish", Cipher.BLOWFISH_CBC);
        CIPHERS.put("cast", Cipher.CAST_CBC);
        INTEGRITIES.put("sha256", Integrity.HMAC_SHA2_256_128);
        INTEGRITIES.put("sha384", Integrity.HMAC_SHA2_384_192);
        INTEGRITIES.put("sha512", Integrity.HMAC_SHA2_512_256);
        INTEGRITIES.put("sha1", Integrity.HMAC_SHA1_96);
        INTEGRITIES.put("aesxcbc", Integrity.AES_XCBC_96);
        INTEGRITIES.put("sha256_96", Integrity.HMAC_SHA2_256_96);
        INTEGRITIES.put("md5", Integrity.HMAC_MD5_96);
    }

    private ManualAlgorithms() {}

    /// The cipher at `place`, or empty after a finding.
    static Optional<Cipher> cipher(Section place, RiskReader risks) {
        return word(place, CIPHERS).filter(cipher -> switch (cipher) {
            case DES_CBC -> weak(place, risks, "des is weak (RFC 8221 section 5: MUST NOT)");
            case BLOWFISH_CBC -> weak(place, risks, "blowfish is weak (RFC 8221 section 5: MUST NOT)");
            case CAST_CBC -> weak(place, risks, "cast is weak (RFC 9395 section 5: deprecated)");
            case TRIPLE_DES_CBC -> {
                place.warning("3des is aging (RFC 8221 section 5: SHOULD NOT)", "use aes if the peer can");
                yield true;
            }
            case NULL, CAMELLIA_CBC, AES_CBC, AES_CTR, AES_CCM_8, AES_CCM_12, AES_CCM_16, AES_GCM_8, AES_GCM_12,
                    AES_GCM_16, AES_GMAC ->
                true;
        });
    }

    private static boolean weak(Section place, RiskReader risks, String reason) {
        return risks.judge(place, Risk.WEAK_ALGORITHMS, reason, "use aes if the peer can");
    }

    /// The integrity algorithm at `place`, or empty after a finding.
    static Optional<Integrity> integrity(Section place, RiskReader risks) {
        return word(place, INTEGRITIES).filter(integrity -> integrity != Integrity.HMAC_MD5_96
                || risks.judge(place, Risk.WEAK_ALGORITHMS, "md5 is weak (RFC 8221 section 6: MUST NOT)",
                        "use sha256 if the peer can"));
    }

    /// Whether `text` looks like a key in hex.
    static boolean isDigits(String text) {
        return DIGITS.matcher(text).matches();
    }

    private static <T> Optional<T> word(Section place, Map<String, T> words) {
        String word = place.node().asText().toLowerCase(Locale.ROOT);
        if (isDigits(word) || !WORD.matcher(word).matches()) {
            place.error("this is no algorithm (it is not shown: it may be a key)",
                    "there are: " + String.join(", ", words.keySet()));
            return Optional.empty();
        }
        if (COUNTERS.matcher(word).matches()) {
            place.error("%s must not have manual keys (RFC 8221 section 3): after a restart its counter begins again"
                    .formatted(word), "use aes with sha256");
            return Optional.empty();
        }
        T found = words.get(word);
        if (found == null) {
            place.error("there is no algorithm '%s' here".formatted(word),
                    "there are: " + String.join(", ", words.keySet()));
        }
        return Optional.ofNullable(found);
    }
}
