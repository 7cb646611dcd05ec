package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/// ENCR_NULL_AUTH_AES_GMAC, RFC 4543.
final class GmacOpener extends EspOpener {
    private final GcmCipher gcm;

    GmacOpener(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform);
        this.gcm = new GcmCipher(transform, extended, keyAndSalt);
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int clear = iv + CounterBlock.IV_LENGTH;
        Cipher cipher = gcm.start(Cipher.DECRYPT_MODE, sequence, in, esp, GcmCipher.FULL_TAG_LENGTH);
        cipher.updateAAD(in, iv, CounterBlock.IV_LENGTH + text);
        try {
            cipher.doFinal(in, clear + text, GcmCipher.FULL_TAG_LENGTH, out, outOffset);
        } catch (AEADBadTagException forged) {
            return false;
        }
        System.arraycopy(in, clear, out, outOffset, text);
        return true;
    }
}
