package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;

/// A cipher with a MAC over header, IV and ciphertext, if any.
final class MacOpener extends EspOpener {
    private final PacketCipher cipher;
    private final IntegrityCode integrity;
    private final int ivBytes;

    MacOpener(EspTransform transform, boolean extended, byte[] cipherKey, byte[] integrityKey)
            throws GeneralSecurityException {
        super(transform);
        cipher = PacketCipher.decrypting(transform, cipherKey);
        integrity = IntegrityCode.of(transform.integrity(), extended, integrityKey);
        ivBytes = transform.cipher().ivBytes();
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int authenticated = EspHeader.LENGTH + ivBytes + text;
        integrity.update(in, esp, authenticated);
        if (!integrity.matches(sequence, in, esp + authenticated)) {
            return false;
        }
        cipher.decrypt(in, esp + EspHeader.LENGTH, text, out, outOffset);
        return true;
    }
}
