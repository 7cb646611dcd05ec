package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/// AES-GCM, RFC 4106. The IV is the sequence number, so it never comes twice with one key (section 3.1). The tag is made
/// whole and a shorter ICV is its start, which later writes cover.
final class GcmSealer extends EspSealer {
    private final GcmCipher gcm;

    GcmSealer(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform, extended);
        this.gcm = new GcmCipher(transform, extended, keyAndSalt);
    }

    @Override
    void protect(long sequence, byte[] plain, int offset, int length, byte[] out, int esp)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        NetworkOrder.put64(out, iv, sequence);
        Cipher cipher = gcm.start(Cipher.ENCRYPT_MODE, sequence, out, esp, GcmCipher.FULL_TAG_LENGTH);
        cipher.doFinal(plain, offset, length, out, iv + CounterBlock.IV_LENGTH);
    }
}
