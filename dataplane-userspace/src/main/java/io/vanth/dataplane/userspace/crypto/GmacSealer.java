package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// ENCR_NULL_AUTH_AES_GMAC, RFC 4543: the text stays clear, and is associated data behind header and IV (section 3.3).
final class GmacSealer extends EspSealer {
    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final AssociatedData associated;
    private final CounterBlock nonce;

    GmacSealer(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform, extended);
        this.key = CounterBlock.key(transform, keyAndSalt);
        this.associated = new AssociatedData(extended);
        this.nonce = new CounterBlock(keyAndSalt, CounterBlock.FIRST_OF_GCM);
    }

    @Override
    void protect(long sequence, byte[] plain, int offset, int length, byte[] out, int esp)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        NetworkOrder.put64(out, iv, sequence);
        System.arraycopy(plain, offset, out, iv + CounterBlock.IV_LENGTH, length);
        nonce.load(out, iv);
        cipher.init(Cipher.ENCRYPT_MODE, key, nonce.gcm(GcmSealer.FULL_TAG_LENGTH));
        associated.feed(cipher, out, esp, sequence);
        cipher.updateAAD(out, iv, CounterBlock.IV_LENGTH + length);
        cipher.doFinal(out, iv + CounterBlock.IV_LENGTH + length);
    }
}
