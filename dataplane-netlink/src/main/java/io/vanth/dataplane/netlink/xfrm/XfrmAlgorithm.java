package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.netlink.message.AttributeReader;
import io.vanth.dataplane.netlink.message.AttributeWriter;
import io.vanth.dataplane.netlink.message.MessageWriter;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What an SA does to a packet, by the name that the kernel's crypto layer has for it.
///
/// ```
///  0                   1                   2                   3
/// +---------------------------------------------------------------+
/// |                      name (64 bytes, ends in 0)               |
/// +---------------------------------------------------------------+
/// |                     bits of the key                           |
/// +---------------------------------------------------------------+
/// |  bits of the ICV (authentication and combined ciphers only)   |
/// +---------------------------------------------------------------+
/// |                             key                               |
/// +---------------------------------------------------------------+
/// ```
///
/// The keys belong to whoever reads or makes one.
sealed interface XfrmAlgorithm {
    /// The kernel's name of it.
    String name();

    /// A cipher without integrity.
    record Encryption(String name, Secret key) implements XfrmAlgorithm {}

    /// Integrity, of which `icvBits` are sent.
    record Authentication(String name, int icvBits, Secret key) implements XfrmAlgorithm {}

    /// A combined-mode cipher; the key ends in the salt.
    record Combined(String name, int icvBits, Secret key) implements XfrmAlgorithm {}

    /// Compression.
    record Compression(String name) implements XfrmAlgorithm {}

    int NAME_LENGTH = 64;
    int KEY_BITS_OFFSET = 64;
    int KEY_OFFSET = 68;
    int ICV_BITS_OFFSET = 68;
    int KEY_BEHIND_ICV_OFFSET = 72;

    /// The algorithms of an SA with their keys.
    static List<XfrmAlgorithm> of(Transform transform, Secret cipherKey, Secret integrityKey) {
        return switch (transform) {
            case EspTransform esp when esp.cipher().isAead() ->
                List.of(new Combined(name(esp.cipher()), esp.icvBytes() * 8, cipherKey));
            case EspTransform esp ->
                Stream.<XfrmAlgorithm>concat(Stream.of(new Encryption(name(esp.cipher()), cipherKey)),
                        esp.integrity().map(each -> authentication(each, integrityKey)).stream()).toList();
            case AhTransform ah -> List.of(authentication(ah.algorithm(), integrityKey));
            case IpcompTransform _ -> List.of(new Compression("deflate"));
        };
    }

    private static Authentication authentication(Integrity integrity, Secret key) {
        return new Authentication(name(integrity), integrity.icvBytes() * 8, key);
    }

    private static String name(Cipher cipher) {
        return switch (cipher) {
            case NULL -> "ecb(cipher_null)";
            case DES_CBC -> "cbc(des)";
            case TRIPLE_DES_CBC -> "cbc(des3_ede)";
            case BLOWFISH_CBC -> "cbc(blowfish)";
            case CAST_CBC -> "cbc(cast5)";
            case CAMELLIA_CBC -> "cbc(camellia)";
            case AES_CBC -> "cbc(aes)";
            case AES_CTR -> "rfc3686(ctr(aes))";
            case AES_CCM_8, AES_CCM_12, AES_CCM_16 -> "rfc4309(ccm(aes))";
            case AES_GCM_8, AES_GCM_12, AES_GCM_16 -> "rfc4106(gcm(aes))";
            case AES_GMAC -> "rfc4543(gcm(aes))";
        };
    }

    private static String name(Integrity integrity) {
        return switch (integrity) {
            case HMAC_MD5_96 -> "hmac(md5)";
            case HMAC_SHA1_96 -> "hmac(sha1)";
            case HMAC_SHA2_256_128, HMAC_SHA2_256_96 -> "hmac(sha256)";
            case HMAC_SHA2_384_192 -> "hmac(sha384)";
            case HMAC_SHA2_512_256 -> "hmac(sha512)";
            case AES_XCBC_96 -> "xcbc(aes)";
        };
    }

    /// Adds the attribute for it.
    default void write(AttributeWriter attributes) {
        switch (this) {
            case Encryption(var name, var key) -> attributes.structure(Xfrm.ALG_CRYPT, out -> {
                start(out, name, key.length());
                key(out, key);
            });
            case Authentication(var name, var icvBits, var key) ->
                attributes.structure(Xfrm.ALG_AUTH_TRUNC, out -> {
                    start(out, name, key.length());
                    key(out.u32(icvBits), key);
                });
            case Combined(var name, var icvBits, var key) -> attributes.structure(Xfrm.ALG_AEAD, out -> {
                start(out, name, key.length());
                key(out.u32(icvBits), key);
            });
            case Compression(var name) -> attributes.structure(Xfrm.ALG_COMP, out -> start(out, name, 0));
        }
    }

    private static void start(MessageWriter out, String name, int keyBytes) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        out.bytes(text).zeros(NAME_LENGTH - text.length).u32(keyBytes * 8);
    }

    private static void key(MessageWriter out, Secret key) {
        key.expose(out::bytes);
    }

    /// Reads those of an SA.
    static List<XfrmAlgorithm> readAll(AttributeReader attributes) throws ProtocolException {
        var algorithms = new ArrayList<XfrmAlgorithm>();
        Optional<byte[]> crypt = attributes.bytes(Xfrm.ALG_CRYPT);
        if (crypt.isPresent()) {
            algorithms.add(new Encryption(readName(crypt.get()), readKey(crypt.get(), KEY_OFFSET)));
        }
        Optional<byte[]> authentication = attributes.bytes(Xfrm.ALG_AUTH_TRUNC);
        if (authentication.isPresent()) {
            byte[] bytes = authentication.get();
            algorithms.add(new Authentication(readName(bytes), readIcvBits(bytes),
                    readKey(bytes, KEY_BEHIND_ICV_OFFSET)));
        }
        Optional<byte[]> combined = attributes.bytes(Xfrm.ALG_AEAD);
        if (combined.isPresent()) {
            byte[] bytes = combined.get();
            algorithms.add(new Combined(readName(bytes), readIcvBits(bytes), readKey(bytes, KEY_BEHIND_ICV_OFFSET)));
        }
        Optional<byte[]> compression = attributes.bytes(Xfrm.ALG_COMP);
        if (compression.isPresent()) {
            algorithms.add(new Compression(readName(compression.get())));
        }
        return algorithms;
    }

    private static String readName(byte[] bytes) throws ProtocolException {
        if (bytes.length < KEY_OFFSET) {
            throw new ProtocolException("algorithm of %d bytes".formatted(bytes.length));
        }
        int length = 0;
        while (length < NAME_LENGTH && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    private static int readIcvBits(byte[] bytes) throws ProtocolException {
        return new StructureReader("algorithm", bytes, KEY_BEHIND_ICV_OFFSET).u32(ICV_BITS_OFFSET);
    }

    private static Secret readKey(byte[] bytes, int offset) throws ProtocolException {
        int bits = new StructureReader("algorithm", bytes, offset).u32(KEY_BITS_OFFSET);
        if (bits < 0 || bits > (bytes.length - offset) * 8) {
            throw new ProtocolException("key of %d bits in %d bytes".formatted(bits, bytes.length - offset));
        }
        return Secret.copyOf(bytes, offset, (bits + 7) / 8);
    }
}
