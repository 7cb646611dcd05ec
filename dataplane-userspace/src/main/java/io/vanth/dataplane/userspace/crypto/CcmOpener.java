package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/// AES-CCM, RFC 4309. The tag is that of the text, so decryption comes first; of a forgery nothing is left.
final class CcmOpener extends EspOpener {
    private final Ccm ccm;
    private final int icvBytes;

    CcmOpener(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform);
        ccm = new Ccm(transform, extended, keyAndSalt);
        icvBytes = transform.icvBytes();
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int ciphertext = iv + Ccm.IV_LENGTH;
        ccm.crypt(in, iv, in, ciphertext, text, out, outOffset);
        byte[] tag = ccm.tag(in, esp, sequence, out, outOffset, text);
        boolean authentic = ConstantTime.startsAlike(tag, in, ciphertext + text, icvBytes);
        if (!authentic) {
            Arrays.fill(out, outOffset, outOffset + text, (byte) 0);
        }
        return authentic;
    }
}
