package io.vanth.lab.kernel;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.SecurityProtocol;
import java.util.HexFormat;

/// What the kernel calls protocols and algorithms, in the words of `ip xfrm state`.
final class KernelAlgorithms {
    private static final int BITS = 8;

    private KernelAlgorithms() {}

    static String protocol(SecurityProtocol protocol) {
        return switch (protocol) {
            case ESP -> "esp";
            case AH -> "ah";
            case IPCOMP -> "comp";
        };
    }

    /// The algorithms of an SA with their keys.
    static String of(PlannedSa sa) {
        return switch (sa.transform()) {
            case EspTransform esp -> cipher(esp, hex(sa.cipherKey()))
                    + esp.integrity().map(each -> integrity(each, hex(sa.integrityKey()))).orElse("");
            case AhTransform ah -> integrity(ah.algorithm(), hex(sa.integrityKey()));
            case IpcompTransform _ -> " comp deflate";
        };
    }

    private static String cipher(EspTransform transform, String key) {
        int icvBits = transform.icvBytes() * BITS;
        return switch (transform.cipher()) {
            case NULL -> " enc ecb(cipher_null) \"\"";
            case DES_CBC -> " enc cbc(des) " + key;
            case TRIPLE_DES_CBC -> " enc cbc(des3_ede) " + key;
            case BLOWFISH_CBC -> " enc cbc(blowfish) " + key;
            case CAST_CBC -> " enc cbc(cast5) " + key;
            case CAMELLIA_CBC -> " enc cbc(camellia) " + key;
            case AES_CBC -> " enc cbc(aes) " + key;
            case AES_CTR -> " enc rfc3686(ctr(aes)) " + key;
            case AES_CCM_8, AES_CCM_12, AES_CCM_16 -> " aead rfc4309(ccm(aes)) %s %d".formatted(key, icvBits);
            case AES_GCM_8, AES_GCM_12, AES_GCM_16 -> " aead rfc4106(gcm(aes)) %s %d".formatted(key, icvBits);
            case AES_GMAC -> " aead rfc4543(gcm(aes)) %s %d".formatted(key, icvBits);
        };
    }

    private static String integrity(Integrity integrity, String key) {
        String name = switch (integrity) {
            case HMAC_MD5_96 -> "hmac(md5)";
            case HMAC_SHA1_96 -> "hmac(sha1)";
            case HMAC_SHA2_256_128, HMAC_SHA2_256_96 -> "hmac(sha256)";
            case HMAC_SHA2_384_192 -> "hmac(sha384)";
            case HMAC_SHA2_512_256 -> "hmac(sha512)";
            case AES_XCBC_96 -> "xcbc(aes)";
        };
        return " auth-trunc %s %s %d".formatted(name, key, integrity.icvBytes() * BITS);
    }

    private static String hex(byte[] key) {
        return "0x" + HexFormat.of().formatHex(key);
    }
}
