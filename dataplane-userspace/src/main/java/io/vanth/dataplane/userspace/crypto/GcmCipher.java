package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM of one SA, made ready for packet after packet. For one thread.
final class GcmCipher {
    static final int FULL_TAG_LENGTH = 16;

    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final AssociatedData associated;
    private final CounterBlock nonce;

    GcmCipher(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        this.key = CounterBlock.key(transform, keyAndSalt);
        this.associated = new AssociatedData(extended);
        this.nonce = new CounterBlock(keyAndSalt, CounterBlock.FIRST_OF_GCM);
    }

    /// The cipher for the ESP packet at `bytes[esp]`, which has its IV; the header is fed already.
    ///
    /// @param mode      [Cipher#ENCRYPT_MODE] or [Cipher#DECRYPT_MODE]
    /// @param tagLength bytes
    Cipher start(int mode, long sequence, byte[] bytes, int esp, int tagLength) throws GeneralSecurityException {
        nonce.load(bytes, esp + EspHeader.LENGTH);
        cipher.init(mode, key, nonce.gcm(tagLength));
        associated.feed(cipher, bytes, esp, sequence);
        return cipher;
    }
}
