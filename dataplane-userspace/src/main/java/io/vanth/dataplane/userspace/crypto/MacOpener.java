package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-CBC (RFC 3602) or NULL (RFC 2410) with an HMAC over header, IV and ciphertext. The IV is decrypted as the first
/// block of a chain that starts from zero, so that no packet needs a new initialisation; what comes of it lands in front
/// of the payload.
final class MacOpener extends EspOpener {
    private static final int BLOCK = 16;

    private final Cipher cipher;
    private final boolean encrypts;
    private final IntegrityCode integrity;

    MacOpener(EspTransform transform, boolean extended, byte[] cipherKey, byte[] integrityKey)
            throws GeneralSecurityException {
        super(transform);
        encrypts = transform.cipher() != io.vanth.dataplane.Cipher.NULL;
        cipher = Cipher.getInstance("AES/CBC/NoPadding");
        if (encrypts) {
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(cipherKey, "AES"),
                    new IvParameterSpec(new byte[BLOCK]));
        }
        integrity = new IntegrityCode(transform.integrity().orElseThrow(), extended, integrityKey);
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int authenticated = EspHeader.LENGTH + (encrypts ? BLOCK : 0) + text;
        if (!integrity.verify(in, esp, authenticated, sequence)) {
            return false;
        }
        if (encrypts) {
            cipher.doFinal(in, iv, BLOCK + text, out, outOffset - BLOCK);
        } else {
            System.arraycopy(in, iv, out, outOffset, text);
        }
        return true;
    }
}
