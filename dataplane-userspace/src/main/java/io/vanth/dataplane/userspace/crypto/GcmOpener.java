package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM with an ICV of 12 or 16 bytes, RFC 4106.
final class GcmOpener extends EspOpener {
    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final AssociatedData associated;
    private final CounterBlock nonce;
    private final int icvBytes;

    GcmOpener(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform);
        this.key = CounterBlock.key(transform, keyAndSalt);
        this.associated = new AssociatedData(extended);
        this.nonce = new CounterBlock(keyAndSalt, CounterBlock.FIRST_OF_GCM);
        this.icvBytes = transform.icvBytes();
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        nonce.load(in, iv);
        cipher.init(Cipher.DECRYPT_MODE, key, nonce.gcm(icvBytes));
        associated.feed(cipher, in, esp, sequence);
        try {
            cipher.doFinal(in, iv + CounterBlock.IV_LENGTH, text + icvBytes, out, outOffset);
            return true;
        } catch (AEADBadTagException forged) {
            return false;
        }
    }
}
