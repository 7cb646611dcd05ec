package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/// AES-GCM with an ICV of 12 or 16 bytes, RFC 4106.
final class GcmOpener extends EspOpener {
    private final GcmCipher gcm;
    private final int icvBytes;

    GcmOpener(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform);
        this.gcm = new GcmCipher(transform, extended, keyAndSalt);
        this.icvBytes = transform.icvBytes();
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        Cipher cipher = gcm.start(Cipher.DECRYPT_MODE, sequence, in, esp, icvBytes);
        try {
            cipher.doFinal(in, iv + CounterBlock.IV_LENGTH, text + icvBytes, out, outOffset);
            return true;
        } catch (AEADBadTagException forged) {
            return false;
        }
    }
}
