package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM with an ICV of 8 bytes, RFC 4106, which the JCA providers do not open: what the ciphertext decrypts to is
/// sealed again, and only if the tag starts with the ICV is the text handed out. Twice the work of the longer ICVs.
final class ShortTagGcmOpener extends EspOpener {
    private static final int MAX_TEXT = 65_535;
    private static final int COUNTER_BLOCK = 16;
    private static final int FIRST_COUNTER = 2;

    private final Cipher counterMode = Cipher.getInstance("AES/CTR/NoPadding");
    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final AssociatedData associated;
    private final GcmNonce nonce;
    private final int icvBytes;
    private final byte[] text = new byte[MAX_TEXT];
    private final byte[] sealed = new byte[MAX_TEXT + GcmNonce.FULL_TAG_LENGTH];
    private byte[] last = {};

    ShortTagGcmOpener(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        super(transform);
        this.key = GcmNonce.key(transform, keyAndSalt);
        this.associated = new AssociatedData(extended);
        this.nonce = new GcmNonce(keyAndSalt);
        this.icvBytes = transform.icvBytes();
    }

    @Override
    boolean unprotect(long sequence, byte[] in, int esp, int length, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int iv = esp + EspHeader.LENGTH;
        int ciphertext = iv + GcmNonce.IV_LENGTH;
        GCMParameterSpec parameters = nonce.parameters(in, iv, GcmNonce.FULL_TAG_LENGTH);
        byte[] current = nonce.current();
        counterMode.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counterBlock(current)));
        counterMode.doFinal(in, ciphertext, length, text, 0);
        allowAgain(current);
        cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
        associated.feed(cipher, in, esp, sequence);
        cipher.doFinal(text, 0, length, sealed, 0);
        byte[] expected = Arrays.copyOfRange(sealed, length, length + icvBytes);
        byte[] given = Arrays.copyOfRange(in, ciphertext + length, ciphertext + length + icvBytes);
        boolean authentic = MessageDigest.isEqual(expected, given);
        if (authentic) {
            System.arraycopy(text, 0, out, outOffset, length);
        }
        return authentic;
    }

    private static byte[] counterBlock(byte[] nonce) {
        byte[] block = Arrays.copyOf(nonce, COUNTER_BLOCK);
        NetworkOrder.put32(block, nonce.length, FIRST_COUNTER);
        return block;
    }

    /// The provider refuses to encrypt twice in a row with one nonce, which an attacker's repeated packet would do; a
    /// key set up for another one, and never used, lifts that.
    private void allowAgain(byte[] current) throws GeneralSecurityException {
        if (Arrays.equals(current, last)) {
            byte[] other = current.clone();
            other[0] ^= 1;
            cipher.init(Cipher.ENCRYPT_MODE, key,
                    new GCMParameterSpec(GcmNonce.FULL_TAG_LENGTH * Byte.SIZE, other));
        }
        last = current;
    }
}
