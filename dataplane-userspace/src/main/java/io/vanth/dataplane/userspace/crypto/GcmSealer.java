package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM, RFC 4106. The IV is the sequence number, so it never comes twice with one key (section 3.1). The tag is made
/// whole and a shorter ICV is its start, which later writes cover.
final class GcmSealer extends EspSealer {
    static final int FULL_TAG_LENGTH = 16;

    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final AssociatedData associated;
    private final CounterBlock nonce;

    GcmSealer(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
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
        nonce.load(out, iv);
        cipher.init(Cipher.ENCRYPT_MODE, key, nonce.gcm(FULL_TAG_LENGTH));
        associated.feed(cipher, out, esp, sequence);
        cipher.doFinal(plain, offset, length, out, iv + CounterBlock.IV_LENGTH);
    }
}
