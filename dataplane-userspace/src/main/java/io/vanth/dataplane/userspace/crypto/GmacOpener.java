package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// ENCR_NULL_AUTH_AES_GMAC, RFC 4543.
final class GmacOpener extends EspOpener {
    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final AssociatedData associated;
    private final CounterBlock nonce;

    GmacOpener(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform);
        this.key = CounterBlock.key(transform, keyAndSalt);
        this.associated = new AssociatedData(extended);
        this.nonce = new CounterBlock(keyAndSalt, CounterBlock.FIRST_OF_GCM);
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int clear = iv + CounterBlock.IV_LENGTH;
        nonce.load(in, iv);
        cipher.init(Cipher.DECRYPT_MODE, key, nonce.gcm(GcmSealer.FULL_TAG_LENGTH));
        associated.feed(cipher, in, esp, sequence);
        cipher.updateAAD(in, iv, CounterBlock.IV_LENGTH + text);
        try {
            cipher.doFinal(in, clear + text, GcmSealer.FULL_TAG_LENGTH, out, outOffset);
        } catch (AEADBadTagException forged) {
            return false;
        }
        System.arraycopy(in, clear, out, outOffset, text);
        return true;
    }
}
