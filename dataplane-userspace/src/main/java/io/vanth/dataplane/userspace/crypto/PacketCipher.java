package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/// Encryption without integrity: what stands between the ESP header and the ICV. In one direction, for one thread.
abstract sealed class PacketCipher permits NullCipher, CbcCipher, CounterCipher {
    /// A cipher that encrypts.
    static PacketCipher encrypting(EspTransform transform, byte[] key, SecureRandom random)
            throws GeneralSecurityException {
        return switch (transform.cipher()) {
            case NULL -> new NullCipher();
            case AES_CTR -> new CounterCipher(transform, key);
            case DES_CBC, TRIPLE_DES_CBC, BLOWFISH_CBC, CAST_CBC, CAMELLIA_CBC, AES_CBC -> new CbcCipher(
                    BlockChain.encrypting(transform.cipher(), key), random);
            case AES_CCM_8, AES_CCM_12, AES_CCM_16, AES_GCM_8, AES_GCM_12, AES_GCM_16,
                    AES_GMAC ->
                throw combined(transform);
        };
    }

    /// A cipher that decrypts.
    static PacketCipher decrypting(EspTransform transform, byte[] key) throws GeneralSecurityException {
        return switch (transform.cipher()) {
            case NULL -> new NullCipher();
            case AES_CTR -> new CounterCipher(transform, key);
            case DES_CBC, TRIPLE_DES_CBC, BLOWFISH_CBC, CAST_CBC, CAMELLIA_CBC, AES_CBC -> new CbcCipher(
                    BlockChain.decrypting(transform.cipher(), key));
            case AES_CCM_8, AES_CCM_12, AES_CCM_16, AES_GCM_8, AES_GCM_12, AES_GCM_16,
                    AES_GMAC ->
                throw combined(transform);
        };
    }

    private static IllegalArgumentException combined(EspTransform transform) {
        return new IllegalArgumentException(transform.cipher() + " authenticates by itself");
    }

    /// Writes the IV of packet `sequence` and the ciphertext to `out[at]`.
    abstract void encrypt(long sequence, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException;

    /// Decrypts the `length` bytes behind the IV at `in[at]` to `out[outOffset]`.
    abstract void decrypt(byte[] in, int at, int length, byte[] out, int outOffset) throws GeneralSecurityException;
}
