package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;

/// AES-CCM, RFC 4309. The IV is the sequence number, so it never comes twice with one key (section 3.1).
final class CcmSealer extends EspSealer {
    private final Ccm ccm;
    private final int icvBytes;

    CcmSealer(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform, extended);
        ccm = new Ccm(transform, extended, keyAndSalt);
        icvBytes = transform.icvBytes();
    }

    @Override
    void protect(long sequence, byte[] plain, int offset, int length, byte[] out, int esp)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int ciphertext = iv + Ccm.IV_LENGTH;
        NetworkOrder.put64(out, iv, sequence);
        ccm.crypt(out, iv, plain, offset, length, out, ciphertext);
        byte[] tag = ccm.tag(out, esp, sequence, plain, offset, length);
        System.arraycopy(tag, 0, out, ciphertext + length, icvBytes);
    }
}
