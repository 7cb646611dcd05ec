package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/// ENCR_NULL_AUTH_AES_GMAC, RFC 4543: the text stays clear, and is associated data behind header and IV (section 3.3).
final class GmacSealer extends EspSealer {
    private final GcmCipher gcm;

    GmacSealer(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform, extended);
        this.gcm = new GcmCipher(transform, extended, keyAndSalt);
    }

    @Override
    void protect(long sequence, byte[] plain, int offset, int length, byte[] out, int esp)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        NetworkOrder.put64(out, iv, sequence);
        System.arraycopy(plain, offset, out, iv + CounterBlock.IV_LENGTH, length);
        Cipher cipher = gcm.start(Cipher.ENCRYPT_MODE, sequence, out, esp, GcmCipher.FULL_TAG_LENGTH);
        cipher.updateAAD(out, iv, CounterBlock.IV_LENGTH + length);
        cipher.doFinal(out, iv + CounterBlock.IV_LENGTH + length);
    }
}
