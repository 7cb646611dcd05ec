package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-CCM as RFC 4309 uses it, made of counter mode and CBC-MAC (RFC 3610 section 2), which providers do fast. For one
/// thread.
///
///     +-------+---------------+----------------------+-------------------+
///     | flags | salt, 3 bytes |     IV, 8 bytes      | counter or length |
///     +-------+---------------+----------------------+-------------------+
final class Ccm {
    static final int IV_LENGTH = 8;
    private static final int BLOCK = CbcMac.BLOCK;
    private static final int SALT_OFFSET = 1;
    private static final int SALT_LENGTH = 3;
    private static final int IV_OFFSET = SALT_OFFSET + SALT_LENGTH;
    private static final int LAST_FIELD_OFFSET = IV_OFFSET + IV_LENGTH;
    /// The last field has four bytes (RFC 4309 section 4).
    private static final int LAST_FIELD_FLAG = Integer.BYTES - 1;
    private static final int ASSOCIATED_DATA_FLAG = 0x40;
    private static final int TAG_LENGTH_SHIFT = 3;
    private static final byte[] ZERO = new byte[BLOCK];

    private final Cipher counterMode = Cipher.getInstance("AES/CTR/NoPadding");
    private final SecretKeySpec key;
    private final CbcMac mac;
    private final AssociatedData associated;
    /// RFC 3610's A_0.
    private final byte[] counter = new byte[BLOCK];
    /// RFC 3610's B_0, and behind it the associated data with its length, in one block.
    private final byte[] start = new byte[2 * BLOCK];
    private final byte[] last = new byte[BLOCK];
    private final byte[] mask = new byte[BLOCK];
    private final byte[] tag = new byte[BLOCK];

    /// `keyAndSalt` has the salt behind the key (RFC 4309 section 7.1).
    Ccm(EspTransform transform, boolean extended, byte[] keyAndSalt) throws GeneralSecurityException {
        key = CounterBlock.key(transform, keyAndSalt);
        mac = new CbcMac(key);
        associated = new AssociatedData(extended);
        counter[0] = LAST_FIELD_FLAG;
        System.arraycopy(keyAndSalt, keyAndSalt.length - SALT_LENGTH, counter, SALT_OFFSET, SALT_LENGTH);
        System.arraycopy(counter, 0, start, 0, BLOCK);
        start[0] |= (byte) (ASSOCIATED_DATA_FLAG | (transform.icvBytes() - 2) / 2 << TAG_LENGTH_SHIFT);
    }

    /// Encrypts or decrypts under the IV at `bytes[iv]`.
    void crypt(byte[] bytes, int iv, byte[] in, int offset, int length, byte[] out, int outOffset)
            throws GeneralSecurityException {
        System.arraycopy(bytes, iv, counter, IV_OFFSET, IV_LENGTH);
        counterMode.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
        counterMode.update(ZERO, 0, BLOCK, mask, 0);
        counterMode.doFinal(in, offset, length, out, outOffset);
    }

    /// The tag of the packet at `bytes[esp]` whose text, that [#crypt] has just taken or given, is the `length` bytes at
    /// `text[offset]`. The next call overwrites it.
    byte[] tag(byte[] bytes, int esp, long sequence, byte[] text, int offset, int length)
            throws GeneralSecurityException {
        System.arraycopy(counter, IV_OFFSET, start, IV_OFFSET, IV_LENGTH);
        NetworkOrder.put32(start, LAST_FIELD_OFFSET, length);
        NetworkOrder.put16(start, BLOCK, associated.write(bytes, esp, sequence, start, BLOCK + Short.BYTES));
        mac.update(start, 0, start.length);
        int whole = (length - 1) / BLOCK * BLOCK;
        mac.update(text, offset, whole);
        System.arraycopy(text, offset + whole, last, 0, length - whole);
        Arrays.fill(last, length - whole, BLOCK, (byte) 0);
        mac.finish(last, tag);
        for (int index = 0; index < BLOCK; index++) {
            tag[index] ^= mask[index];
        }
        return tag;
    }
}
