package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Integrity;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// AES-XCBC-MAC-96, RFC 3566 section 4: a CBC-MAC whose last block is masked with a key of its own, which is another one
/// where the block was padded.
final class XcbcCode extends IntegrityCode {
    private static final int BLOCK = CbcMac.BLOCK;
    private static final byte PADDING_START = (byte) 0x80;

    private final CbcMac mac;
    private final byte[] maskOfWhole;
    private final byte[] maskOfPadded;
    private final byte[] last = new byte[BLOCK];
    private int lastLength;

    XcbcCode(Integrity integrity, boolean extended, byte[] key) throws GeneralSecurityException {
        super(integrity, extended, BLOCK);
        Cipher derivation = Cipher.getInstance("AES/ECB/NoPadding");
        derivation.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        mac = new CbcMac(new SecretKeySpec(derived(derivation, 1), "AES"));
        maskOfWhole = derived(derivation, 2);
        maskOfPadded = derived(derivation, 3);
    }

    private static byte[] derived(Cipher derivation, int number) throws GeneralSecurityException {
        byte[] constant = new byte[BLOCK];
        Arrays.fill(constant, (byte) number);
        return derivation.doFinal(constant);
    }

    /// Holds the last block back, full or not, until more comes or the packet ends.
    @Override
    public void update(byte[] bytes, int offset, int length) throws GeneralSecurityException {
        int taken = Math.min(BLOCK - lastLength, length);
        System.arraycopy(bytes, offset, last, lastLength, taken);
        lastLength += taken;
        if (taken == length) {
            return;
        }
        mac.update(last, 0, BLOCK);
        int whole = (length - taken - 1) / BLOCK * BLOCK;
        mac.update(bytes, offset + taken, whole);
        lastLength = length - taken - whole;
        System.arraycopy(bytes, offset + taken + whole, last, 0, lastLength);
    }

    @Override
    void finish(byte[] result) throws GeneralSecurityException {
        byte[] mask = maskOfWhole;
        if (lastLength < BLOCK) {
            last[lastLength] = PADDING_START;
            Arrays.fill(last, lastLength + 1, BLOCK, (byte) 0);
            mask = maskOfPadded;
        }
        for (int index = 0; index < BLOCK; index++) {
            last[index] ^= mask[index];
        }
        mac.finish(last, result);
        lastLength = 0;
    }
}
