package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM with an ICV of 8 bytes, RFC 4106, which the JCA providers do not open: what the ciphertext decrypts to is
/// sealed again, and only if the tag starts with the ICV is the text handed out. Twice the work of the longer ICVs.
final class ShortTagGcmOpener extends EspOpener {
    private static final int USUAL_TEXT = 2048;

    private final Cipher counterMode = Cipher.getInstance("AES/CTR/NoPadding");
    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final AssociatedData associated;
    private final CounterBlock nonce;
    private final CounterBlock otherNonce;
    private final int icvBytes;
    private byte[] sealed = new byte[USUAL_TEXT + GcmCipher.FULL_TAG_LENGTH];
    private final byte[] tag = new byte[GcmCipher.FULL_TAG_LENGTH];
    private boolean fresh = true;
    private long last;

    ShortTagGcmOpener(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform);
        this.key = CounterBlock.key(transform, keyAndSalt);
        this.associated = new AssociatedData(extended);
        this.nonce = new CounterBlock(keyAndSalt, CounterBlock.FIRST_OF_GCM);
        this.otherNonce = new CounterBlock(keyAndSalt, CounterBlock.FIRST_OF_GCM);
        this.icvBytes = transform.icvBytes();
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int length, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int ciphertext = iv + CounterBlock.IV_LENGTH;
        nonce.load(in, iv);
        counterMode.init(Cipher.DECRYPT_MODE, key, nonce.ctr());
        counterMode.doFinal(in, ciphertext, length, out, outOffset);
        allowAgain(in, iv);
        cipher.init(Cipher.ENCRYPT_MODE, key, nonce.gcm(GcmCipher.FULL_TAG_LENGTH));
        associated.feed(cipher, in, esp, sequence);
        if (sealed.length < length + tag.length) {
            sealed = new byte[length + tag.length];
        }
        cipher.doFinal(out, outOffset, length, sealed, 0);
        System.arraycopy(sealed, length, tag, 0, tag.length);
        boolean authentic = ConstantTime.startsAlike(tag, in, ciphertext + length, icvBytes);
        if (!authentic) {
            Arrays.fill(out, outOffset, outOffset + length, (byte) 0);
        }
        return authentic;
    }

    /// The provider refuses to encrypt twice in a row with one nonce, which an attacker's repeated packet would do; a
    /// key set up for another one, and never used, lifts that.
    private void allowAgain(byte[] in, int iv) throws GeneralSecurityException {
        long current = NetworkOrder.i64(in, iv);
        if (!fresh && current == last) {
            byte[] other = new byte[CounterBlock.IV_LENGTH];
            NetworkOrder.put64(other, 0, ~current);
            otherNonce.load(other, 0);
            cipher.init(Cipher.ENCRYPT_MODE, key, otherNonce.gcm(GcmCipher.FULL_TAG_LENGTH));
        }
        fresh = false;
        last = current;
    }
}
