package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import java.security.GeneralSecurityException;
import org.bouncycastle.crypto.engines.CAST5Engine;
import org.bouncycastle.crypto.engines.CamelliaEngine;

/// A block cipher in CBC mode whose chains start from zero. In one direction, for one thread.
abstract sealed class BlockChain permits ProviderChain, BouncyCastleChain {
    /// A chain that encrypts with one of the CBC ciphers.
    static BlockChain encrypting(Cipher cipher, byte[] key) throws GeneralSecurityException {
        return of(cipher, true, key);
    }

    /// A chain that decrypts with one of the CBC ciphers.
    static BlockChain decrypting(Cipher cipher, byte[] key) throws GeneralSecurityException {
        return of(cipher, false, key);
    }

    private static BlockChain of(Cipher cipher, boolean encrypts, byte[] key) throws GeneralSecurityException {
        return switch (cipher) {
            case DES_CBC -> new ProviderChain("DES", encrypts, key);
            case TRIPLE_DES_CBC -> new ProviderChain("DESede", encrypts, key);
            case BLOWFISH_CBC -> new ProviderChain("Blowfish", encrypts, key);
            case AES_CBC -> new ProviderChain("AES", encrypts, key);
            case CAST_CBC -> new BouncyCastleChain(new CAST5Engine(), encrypts, key);
            case CAMELLIA_CBC -> new BouncyCastleChain(new CamelliaEngine(), encrypts, key);
            case NULL, AES_CTR, AES_CCM_8, AES_CCM_12, AES_CCM_16, AES_GCM_8, AES_GCM_12, AES_GCM_16,
                    AES_GMAC ->
                throw new IllegalArgumentException(cipher + " has no CBC mode");
        };
    }

    abstract int blockBytes();

    /// Takes blocks that more will follow in this chain.
    abstract void next(byte[] in, int offset, int length, byte[] out, int at) throws GeneralSecurityException;

    /// Takes the last blocks of this chain and begins anew.
    abstract void last(byte[] in, int offset, int length, byte[] out, int at) throws GeneralSecurityException;
}
