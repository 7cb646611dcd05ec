package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.util.Arrays;

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
        return run(true, iv, Arrays.copyOf(plaintext.toArray(), padded));
    }

    /// Decrypts whole blocks; the length must have been checked with [#aligned(Bytes)].
    public Bytes decrypt(Bytes iv, Bytes ciphertext) {
        return run(false, iv, ciphertext.toArray());
    }

    /// Whether `ciphertext` is one or more whole blocks.
    public boolean aligned(Bytes ciphertext) {
        return !ciphertext.isEmpty() && ciphertext.length() % cipher.blockBytes() == 0;
    }

    /// The last block of `ciphertext`, which is the next message's IV.
    public Bytes lastBlock(Bytes ciphertext) {
        return ciphertext.from(ciphertext.length() - cipher.blockBytes());
    }

    private Bytes run(boolean encrypt, Bytes iv, byte[] input) {
        return Bytes.owning(key.expose(bytes -> CbcMode.run(cipher, encrypt, bytes, iv.toArray(), input)));
    }
}
