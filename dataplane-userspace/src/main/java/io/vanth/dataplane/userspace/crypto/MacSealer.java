package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/// A cipher with a MAC over header, IV and ciphertext, if any.
final class MacSealer extends EspSealer {
    private final PacketCipher cipher;
    private final IntegrityCode integrity;
    private final int ivBytes;

    MacSealer(EspTransform transform, boolean extended, byte[] cipherKey, byte[] integrityKey, SecureRandom random)
            throws GeneralSecurityException {
        super(transform, extended);
        cipher = PacketCipher.encrypting(transform, cipherKey, random);
        integrity = IntegrityCode.of(transform.integrity(), extended, integrityKey);
        ivBytes = transform.cipher().ivBytes();
    }

    @Override
    void protect(long sequence, byte[] plain, int offset, int length, byte[] out, int esp)
            throws GeneralSecurityException {
        int authenticated = EspHeader.LENGTH + ivBytes + length;
        cipher.encrypt(sequence, plain, offset, length, out, esp + EspHeader.LENGTH);
        integrity.update(out, esp, authenticated);
        integrity.write(sequence, out, esp + authenticated);
    }
}
