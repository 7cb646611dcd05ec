package io.vanth.ike.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.CAST5Engine;
import org.bouncycastle.crypto.engines.CamelliaEngine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/// Whole blocks in CBC mode: by the JDK, and by Bouncy Castle where the JDK has no such cipher.
final class CbcMode {
    private CbcMode() {}

    /// The blocks of `input`, encrypted or decrypted. All arrays stay the caller's.
    static byte[] run(PhaseOneCipher cipher, boolean encrypt, byte[] key, byte[] iv, byte[] input) {
        return switch (cipher) {
            case DES_CBC -> jdk("DES", encrypt, key, iv, input);
            case BLOWFISH_CBC -> jdk("Blowfish", encrypt, key, iv, input);
            case TRIPLE_DES_CBC -> jdk("DESede", encrypt, key, iv, input);
            case AES_CBC -> jdk("AES", encrypt, key, iv, input);
            case CAST_CBC -> bouncyCastle(new CAST5Engine(), encrypt, key, iv, input);
            case CAMELLIA_CBC -> bouncyCastle(new CamelliaEngine(), encrypt, key, iv, input);
        };
    }

    private static byte[] jdk(String algorithm, boolean encrypt, byte[] key, byte[] iv, byte[] input) {
        String transformation = algorithm + "/CBC/NoPadding";
        try {
            var jca = Cipher.getInstance(transformation);
            jca.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, new BorrowedKey(algorithm, key),
                    new IvParameterSpec(iv));
            return jca.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "%s with %d bytes of IV and %d of input".formatted(transformation, iv.length, input.length), e);
        }
    }

    private static byte[] bouncyCastle(BlockCipher engine, boolean encrypt, byte[] key, byte[] iv, byte[] input) {
        var cbc = CBCBlockCipher.newInstance(engine);
        cbc.init(encrypt, new ParametersWithIV(new KeyParameter(key), iv));
        byte[] output = new byte[input.length];
        for (int at = 0; at < input.length; at += cbc.getBlockSize()) {
            cbc.processBlock(input, at, output, at);
        }
        return output;
    }
}
