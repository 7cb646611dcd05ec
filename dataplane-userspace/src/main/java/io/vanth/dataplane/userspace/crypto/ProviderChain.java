package io.vanth.dataplane.userspace.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// CBC by a JCA provider.
final class ProviderChain extends BlockChain {
    private final Cipher cipher;

    ProviderChain(String algorithm, boolean encrypts, byte[] key) throws GeneralSecurityException {
        cipher = Cipher.getInstance(algorithm + "/CBC/NoPadding");
        cipher.init(encrypts ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm),
                new IvParameterSpec(new byte[cipher.getBlockSize()]));
    }

    @Override
    int blockBytes() {
        return cipher.getBlockSize();
    }

    @Override
    void next(byte[] in, int offset, int length, byte[] out, int at) throws GeneralSecurityException {
        cipher.update(in, offset, length, out, at);
    }

    @Override
    void last(byte[] in, int offset, int length, byte[] out, int at) throws GeneralSecurityException {
        cipher.doFinal(in, offset, length, out, at);
    }
}
