package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.EspTrailer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/// Opens ESP packets of one inbound SA: integrity first, then decryption, then the trailer. For one thread.
public abstract sealed class EspOpener permits GcmOpener, ShortTagGcmOpener, GmacOpener, CcmOpener, MacOpener {
    /// Writable bytes that the place of the payload must have in front of it.
    public static final int HEADROOM = 16;
    /// The packet is shorter than any of its transform.
    public static final int TOO_SHORT = -1;
    /// The ciphertext does not end on a block of the cipher or on four bytes.
    public static final int BAD_ALIGNMENT = -2;
    /// The ICV is wrong.
    public static final int BAD_INTEGRITY = -3;
    /// The ICV is right, but the padding is not what RFC 4303 section 2.4 says.
    public static final int BAD_PADDING = -4;

    private final int ivBytes;
    private final int icvBytes;
    private final int block;
    private int nextHeader;

    EspOpener(EspTransform transform) {
        this.ivBytes = transform.cipher().ivBytes();
        this.icvBytes = transform.icvBytes();
        this.block = Math.max(transform.cipher().blockBytes(), EspTrailer.ALIGNMENT);
    }

    /// An opener with sequence numbers of 32 bits.
    public static EspOpener of(EspTransform transform, byte[] keys) throws GeneralSecurityException {
        return of(transform, false, keys);
    }

    /// An opener for `transform`; `keys` is the cipher key with its salt and then the integrity key, and is copied.
    ///
    /// @param extended whether sequence numbers have 64 bits (RFC 4303 section 2.2.1)
    public static EspOpener of(EspTransform transform, boolean extended, byte[] keys)
            throws GeneralSecurityException {
        int split = transform.cipherKeyBytes();
        byte[] cipherKey = Arrays.copyOf(keys, split);
        byte[] integrityKey = Arrays.copyOfRange(keys, split, keys.length);
        try {
            return switch (transform.cipher()) {
                case AES_GCM_8 -> new ShortTagGcmOpener(transform, extended, cipherKey);
                case AES_GCM_12, AES_GCM_16 -> new GcmOpener(transform, extended, cipherKey);
                case AES_GMAC -> new GmacOpener(transform, extended, cipherKey);
                case AES_CCM_8, AES_CCM_12, AES_CCM_16 -> new CcmOpener(transform, extended, cipherKey);
                case NULL, DES_CBC, TRIPLE_DES_CBC, BLOWFISH_CBC, CAST_CBC, CAMELLIA_CBC, AES_CBC,
                        AES_CTR ->
                    new MacOpener(transform, extended, cipherKey, integrityKey);
            };
        } finally {
            Arrays.fill(cipherKey, (byte) 0);
            Arrays.fill(integrityKey, (byte) 0);
        }
    }

    /// As [#open(long, byte[], int, int, byte[], int)], for an SA whose sequence numbers are not extended.
    public final int open(byte[] in, int offset, int length, byte[] out, int outOffset)
            throws GeneralSecurityException {
        return open(0, in, offset, length, out, outOffset);
    }

    /// Opens the ESP packet of `length` bytes at `in[offset]`; the payload goes to `out[outOffset]`, with [#HEADROOM]
    /// bytes before it that are overwritten and room for `length` bytes. The arrays are two.
    ///
    /// @param sequence the number of which the packet has the low half, where it is extended (RFC 4303 appendix A2);
    ///        else without meaning
    /// @return the length of the payload, or why there is none: [#TOO_SHORT], [#BAD_ALIGNMENT], [#BAD_INTEGRITY],
    ///         [#BAD_PADDING]
    public final int open(long sequence, byte[] in, int offset, int length, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int text = length - EspHeader.LENGTH - ivBytes - icvBytes;
        if (text < EspTrailer.FIXED_LENGTH) {
            return TOO_SHORT;
        }
        if (text % block != 0) {
            return BAD_ALIGNMENT;
        }
        if (!unprotect(sequence, in, offset, text, out, outOffset)) {
            return BAD_INTEGRITY;
        }
        nextHeader = EspTrailer.nextHeader(out, outOffset + text);
        int payload = EspTrailer.payloadLength(out, outOffset, outOffset + text);
        return payload < 0 ? BAD_PADDING : payload;
    }

    /// The next header of the packet that [#open] opened last.
    public final int nextHeader() {
        return nextHeader;
    }

    /// Checks the packet at `in[esp]`, which has `text` bytes between IV and ICV, and decrypts them to `out`.
    ///
    /// @return whether the ICV is right
    abstract boolean unprotect(long sequence, byte[] in, int esp, int text, byte[] out, int outOffset)
            throws GeneralSecurityException;
}
