package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// AES-CTR, RFC 3686. The IV is the sequence number, so it never comes twice with one key (section 3.1).
final class CounterCipher extends PacketCipher {
    private final Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    private final SecretKeySpec key;
    private final CounterBlock block;

    CounterCipher(EspTransform transform, byte[] keyAndSalt) throws GeneralSecurityException {
        key = CounterBlock.key(transform, keyAndSalt);
        block = new CounterBlock(keyAndSalt, CounterBlock.FIRST_OF_CTR);
    }

    @Override
    void encrypt(long sequence, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException {
        NetworkOrder.put64(out, at, sequence);
        block.load(out, at);
        cipher.init(Cipher.ENCRYPT_MODE, key, block.ctr());
        cipher.doFinal(plain, offset, length, out, at + CounterBlock.IV_LENGTH);
    }

    @Override
    void decrypt(byte[] in, int at, int length, byte[] out, int outOffset) throws GeneralSecurityException {
        block.load(in, at);
        cipher.init(Cipher.DECRYPT_MODE, key, block.ctr());
        cipher.doFinal(in, at + CounterBlock.IV_LENGTH, length, out, outOffset);
    }
}
