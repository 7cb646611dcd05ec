package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-CBC (RFC 3602) or NULL (RFC 2410) with an HMAC over header, IV and ciphertext.
///
/// RFC 3602 section 3: "The IV MUST be chosen at random, and MUST be unpredictable." It is the encryption of a block that
/// never comes twice, under the same key (NIST SP 800-38A appendix C): a random part drawn per SA and the sequence
/// number. As the first block of a chain that starts from zero it costs one AES block and no new initialisation.
final class MacSealer extends EspSealer {
    private static final int BLOCK = 16;
    private static final int COUNTER_OFFSET = BLOCK - Long.BYTES;

    private final Cipher cipher;
    private final boolean encrypts;
    private final IntegrityCode integrity;
    private final byte[] unique = new byte[BLOCK];

    MacSealer(EspTransform transform, boolean extended, byte[] cipherKey, byte[] integrityKey, SecureRandom random)
            throws GeneralSecurityException {
        super(transform, extended);
        encrypts = transform.cipher() != io.vanth.dataplane.Cipher.NULL;
        cipher = Cipher.getInstance("AES/CBC/NoPadding");
        if (encrypts) {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(cipherKey, "AES"),
                    new IvParameterSpec(new byte[BLOCK]));
        }
        integrity = new IntegrityCode(transform.integrity().orElseThrow(), extended, integrityKey);
        random.nextBytes(unique);
    }

    @Override
    void protect(long sequence, byte[] plain, int offset, int length, byte[] out, int esp)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int end = iv + length;
        if (encrypts) {
            NetworkOrder.put64(unique, COUNTER_OFFSET, sequence);
            int written = cipher.update(unique, 0, BLOCK, out, iv);
            cipher.doFinal(plain, offset, length, out, iv + written);
            end += BLOCK;
        } else {
            System.arraycopy(plain, offset, out, iv, length);
        }
        integrity.append(out, esp, end - esp, sequence);
    }
}
