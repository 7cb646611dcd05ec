package io.vanth.ike.policy;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Integrity;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.PhaseOneCipher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The words of one phase's proposals: those that mean something here, and those that are known to mean something
/// elsewhere, with advice what to write instead.
final class Vocabulary {
    /// The words of `aes256-sha256-modp2048`.
    static final Vocabulary IKE = ike();
    /// The words of `aes128gcm16-modp2048`.
    static final Vocabulary ESP = esp();

    private static final Pattern SEPARATOR = Pattern.compile("[-;]");

    private final Map<String, AlgorithmWord> words = new LinkedHashMap<>();
    private final Map<AlgorithmWord, String> names = new HashMap<>();
    private final List<Foreign> foreign = new ArrayList<>();

    private record Foreign(Pattern words, String reason) {}

    private Vocabulary() {}

    /// All words of `text`; throws `IllegalArgumentException` that names the first bad one and the nearest good one.
    List<AlgorithmWord> read(String text) {
        List<AlgorithmWord> found = new ArrayList<>();
        for (String word : SEPARATOR.split(text.strip().toLowerCase(Locale.ROOT), -1)) {
            found.add(read(word, text));
        }
        return found;
    }

    private AlgorithmWord read(String word, String text) {
        if (word.isEmpty()) {
            throw new IllegalArgumentException("'%s' has an empty word".formatted(text));
        }
        AlgorithmWord known = words.get(word);
        if (known != null) {
            return known;
        }
        throw new IllegalArgumentException(reason(word)
                .orElseGet(() -> "unknown word '%s' in '%s'; the nearest known word is %s".formatted(word, text,
                        NearestWord.of(word, words.keySet()).orElseThrow())));
    }

    private Optional<String> reason(String word) {
        return foreign.stream().filter(each -> each.words.matcher(word).matches()).findFirst()
                .map(each -> word + " " + each.reason);
    }

    /// The canonical word, also of what cannot be asked for but may be offered.
    String wordFor(AlgorithmWord meaning) {
        String name = names.get(meaning);
        if (name == null) {
            throw new IllegalStateException("no word for " + meaning);
        }
        return name;
    }

    private static Vocabulary ike() {
        var result = new Vocabulary();
        result.sizes(PhaseOneCipher.AES_CBC, "aes");
        result.sizes(PhaseOneCipher.CAMELLIA_CBC, "camellia");
        result.put(new AlgorithmWord.IkeCipher(PhaseOneCipher.TRIPLE_DES_CBC, 192), "3des");
        result.put(new AlgorithmWord.IkeCipher(PhaseOneCipher.DES_CBC, 64), "des");
        result.sizes(PhaseOneCipher.BLOWFISH_CBC, "blowfish");
        result.sizes(PhaseOneCipher.CAST_CBC, "cast");
        result.put(new AlgorithmWord.IkeHash(HashAlgorithm.SHA256), "sha256", "sha2_256", "sha2");
        result.put(new AlgorithmWord.IkeHash(HashAlgorithm.SHA384), "sha384", "sha2_384");
        result.put(new AlgorithmWord.IkeHash(HashAlgorithm.SHA512), "sha512", "sha2_512");
        result.put(new AlgorithmWord.IkeHash(HashAlgorithm.SHA1), "sha1", "sha");
        result.put(new AlgorithmWord.IkeHash(HashAlgorithm.MD5), "md5");
        result.refuse("aes(128|192|256)?_?(gcm|ccm).*|chacha20poly1305(compat)?",
                "is a combined mode, which IKEv1 has for ESP only; use aes256-sha256 instead");
        result.refuse("null", "is no cipher of phase 1; use aes256 instead");
        result.refuse("prf.*", "is for IKEv2; in IKEv1 the hash is the PRF too, so leave the word out");
        return result.common();
    }

    private static Vocabulary esp() {
        var result = new Vocabulary();
        for (int bits : Cipher.AES_GCM_16.keyBits()) {
            result.gcm(Cipher.AES_GCM_16, bits, "16", "128", "");
            result.gcm(Cipher.AES_GCM_12, bits, "12", "96");
            result.gcm(Cipher.AES_GCM_8, bits, "8", "64");
            result.put(new AlgorithmWord.EspCipher(Cipher.AES_CBC, bits), "aes" + bits);
        }
        result.put(new AlgorithmWord.EspCipher(Cipher.NULL, 0), "null");
        result.put(new AlgorithmWord.EspIntegrity(Integrity.HMAC_SHA2_256_128), "sha256", "sha2_256", "sha2");
        result.put(new AlgorithmWord.EspIntegrity(Integrity.HMAC_SHA2_384_192), "sha384", "sha2_384");
        result.put(new AlgorithmWord.EspIntegrity(Integrity.HMAC_SHA2_512_256), "sha512", "sha2_512");
        result.put(new AlgorithmWord.EspIntegrity(Integrity.HMAC_SHA1_96), "sha1", "sha");
        result.refuse("3des|des", "is weak (RFC 8221) and not built yet; use aes128gcm16 or aes256-sha256 instead");
        result.refuse("md5(_128)?", "is weak (RFC 8221) and not built yet; use sha256 instead");
        result.refuse("aes_gcm.*", "is another spelling; use aes128gcm16 or aes256gcm16 instead");
        result.refuse("aes(128|192|256)?_?(ccm|ctr|gmac).*|chacha20poly1305(compat)?",
                "is known but not supported; use aes128gcm16 or aes256gcm16 instead");
        result.refuse("(sha|sha2_)256_96|sha1_160|sha2_256_128|sha2_512_256",
                "is known but not supported; use sha256 instead");
        result.refuse("(no)?esn", "is known but not supported; leave the word out");
        return result.common();
    }

    private Vocabulary common() {
        for (DhGroup group : DhGroup.values()) {
            put(new AlgorithmWord.Group(group), word(group), "dh" + group.code());
        }
        put(new AlgorithmWord.Group(DhGroup.CURVE25519), "x25519");
        refuse("aes", "does not say the key length; use aes128 or aes256 instead");
        refuse("camellia", "does not say the key length; use camellia128 or camellia256 instead");
        refuse("ecp(192|224)|dh(25|26|32)|curve448|x448", "is known but not supported; use modp2048 or ecp256 instead");
        refuse("modpnone|none", "means no group; leave the word out");
        refuse("(serpent|twofish|idea|rc5|camellia|cast|blowfish).*", "is known but not supported; use aes256 instead");
        refuse("aesxcbc|aescmac|sha3_.*|sm3|sm4", "is known but not supported; use aes256-sha256 instead");
        refuse(".*!", "ends in '!'; leave that out, proposals are never widened here");
        return this;
    }

    /// The word of a group.
    static String word(DhGroup group) {
        return group.name().toLowerCase(Locale.ROOT);
    }

    /// A word for each key length, and the bare one for the usual length.
    private void sizes(PhaseOneCipher cipher, String word) {
        for (int bits : cipher.keyBits()) {
            put(new AlgorithmWord.IkeCipher(cipher, bits), word + bits);
        }
        cipher.standardKeyBits().ifPresent(bits -> put(new AlgorithmWord.IkeCipher(cipher, bits), word));
    }

    private void gcm(Cipher cipher, int bits, String... icvs) {
        for (String icv : icvs) {
            put(new AlgorithmWord.EspCipher(cipher, bits), "aes%dgcm%s".formatted(bits, icv));
        }
    }

    private void put(AlgorithmWord meaning, String... spellings) {
        names.putIfAbsent(meaning, spellings[0]);
        for (String spelling : spellings) {
            words.put(spelling, meaning);
        }
    }

    private void refuse(String pattern, String reason) {
        foreign.add(new Foreign(Pattern.compile(pattern), reason));
    }
}
