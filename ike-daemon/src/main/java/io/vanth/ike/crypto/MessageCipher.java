package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/// Encrypts and decrypts message bodies; IVs are chained by the caller (RFC 2409 appendix B). Does not own its key.
public record MessageCipher(PhaseOneCipher cipher, Secret key) {
    /// The IV of a phase 1 exchange: hash(g^xi | g^xr), cut to a block.
    public static Bytes phaseOneIv(Prf prf, PhaseOneCipher cipher, Bytes initiatorPublic, Bytes responderPublic) {
        return prf.digest(initiatorPublic, responderPublic).slice(0, cipher.blockBytes());
    }

    /// The first IV of another exchange: hash(last phase 1 block | M-ID), cut to a block.
    public static Bytes exchangeIv(Prf prf, PhaseOneCipher cipher, Bytes lastPhaseOneBlock, int messageId) {
        return prf.digest(lastPhaseOneBlock, Bytes.ofInt(messageId)).slice(0, cipher.blockBytes());
    }

    /// Pads with zeros to a whole block and encrypts. A plaintext of whole blocks gets no padding.
    public Bytes encrypt(Bytes iv, Bytes plaintext) {
        int block = cipher.blockBytes();
        int padded = (plaintext.length() + block - 1) / block * block;
        return run(Cipher.ENCRYPT_MODE, iv, Arrays.copyOf(plaintext.toArray(), padded));
    }

    /// Decrypts whole blocks; the length must have been checked with [#aligned(Bytes)].
    public Bytes decrypt(Bytes iv, Bytes ciphertext) {
        return run(Cipher.DECRYPT_MODE, iv, ciphertext.toArray());
    }

    /// Whether `ciphertext` is one or more whole blocks.
    public boolean aligned(Bytes ciphertext) {
        return !ciphertext.isEmpty() && ciphertext.length() % cipher.blockBytes() == 0;
    }

    /// The last block of `ciphertext`, which is the next message's IV.
    public Bytes lastBlock(Bytes ciphertext) {
        return ciphertext.from(ciphertext.length() - cipher.blockBytes());
    }

    private Bytes run(int mode, Bytes iv, byte[] input) {
        String transformation = cipher.algorithm() + "/CBC/NoPadding";
        return key.expose(bytes -> {
            try {
                var jca = Cipher.getInstance(transformation);
                jca.init(mode, new BorrowedKey(cipher.algorithm(), bytes), new IvParameterSpec(iv.toArray()));
                return Bytes.owning(jca.doFinal(input));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(
                        "%s with %d bytes of IV and %d of input".formatted(transformation, iv.length(), input.length),
                        e);
            }
        });
    }
}
