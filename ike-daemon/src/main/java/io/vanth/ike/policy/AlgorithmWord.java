package io.vanth.ike.policy;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Integrity;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.PhaseOneCipher;

/// What a word of a proposal stands for.
sealed interface AlgorithmWord {
    /// A cipher of phase 1, such as `aes256`.
    record IkeCipher(PhaseOneCipher cipher, int keyBits) implements AlgorithmWord {}

    /// A hash of phase 1, such as `sha256`.
    record IkeHash(HashAlgorithm hash) implements AlgorithmWord {}

    /// A cipher of ESP, such as `aes128gcm16`.
    record EspCipher(Cipher cipher, int keyBits) implements AlgorithmWord {}

    /// An integrity algorithm of ESP, such as `sha256`.
    record EspIntegrity(Integrity integrity) implements AlgorithmWord {}

    /// A Diffie-Hellman group, such as `modp2048`.
    record Group(DhGroup group) implements AlgorithmWord {}
}
