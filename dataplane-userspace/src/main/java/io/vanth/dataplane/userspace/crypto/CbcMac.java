package io.vanth.dataplane.userspace.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-CBC-MAC: the last block of AES-CBC from a zero IV, which AES-CCM and AES-XCBC are made of. Alone it is safe for
/// messages of one length only. For one thread.
final class CbcMac {
    static final int BLOCK = 16;
    private static final int CHUNK = 128 * BLOCK;

    private final Cipher chain = Cipher.getInstance("AES/CBC/NoPadding");
    private final byte[] chained = new byte[CHUNK];

    CbcMac(SecretKeySpec key) throws GeneralSecurityException {
        chain.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[BLOCK]));
    }

    /// Takes whole blocks.
    void update(byte[] bytes, int offset, int length) throws GeneralSecurityException {
        for (int done = 0; done < length; done += CHUNK) {
            chain.update(bytes, offset + done, Math.min(CHUNK, length - done), chained, 0);
        }
    }

    /// Takes the last block, writes the MAC to `result` and begins anew.
    void finish(byte[] lastBlock, byte[] result) throws GeneralSecurityException {
        chain.doFinal(lastBlock, 0, BLOCK, result, 0);
    }
}
