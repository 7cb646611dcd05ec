package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.EspTrailer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

/// Makes ESP packets of one outbound SA. For one thread.
///
///     +--------+----+------------- - - -+---------+-----+
///     | header | IV |      payload      | trailer | ICV |
///     +--------+----+------------- - - -+---------+-----+
///              |    |<------ encrypted ---------->|
///     |<----------------- authenticated --------->|
public abstract sealed class EspSealer permits GcmSealer, GmacSealer, CcmSealer, MacSealer {
    /// Writable bytes that the payload must have behind it, for the trailer.
    public static final int TAILROOM = 32;
    private static final long LOW_HALF = 0xFFFF_FFFFL;

    private final int ivBytes;
    private final int icvBytes;
    private final int block;
    private final boolean extended;

    EspSealer(EspTransform transform, boolean extended) {
        this.ivBytes = transform.cipher().ivBytes();
        this.icvBytes = transform.icvBytes();
        this.block = transform.cipher().blockBytes();
        this.extended = extended;
    }

    /// A sealer with sequence numbers of 32 bits.
    public static EspSealer of(EspTransform transform, byte[] keys, SecureRandom random)
            throws GeneralSecurityException {
        return of(transform, false, keys, random);
    }

    /// A sealer for `transform`; `keys` is the cipher key with its salt and then the integrity key, and is copied.
    ///
    /// @param extended whether sequence numbers have 64 bits (RFC 4303 section 2.2.1)
    /// @param random for what must be unpredictable in IVs
    public static EspSealer of(EspTransform transform, boolean extended, byte[] keys, SecureRandom random)
            throws GeneralSecurityException {
        int split = transform.cipherKeyBytes();
        byte[] cipherKey = Arrays.copyOf(keys, split);
        byte[] integrityKey = Arrays.copyOfRange(keys, split, keys.length);
        try {
            return switch (transform.cipher()) {
                case AES_GCM_8, AES_GCM_12, AES_GCM_16 -> new GcmSealer(transform, extended, cipherKey);
                case AES_GMAC -> new GmacSealer(transform, extended, cipherKey);
                case AES_CCM_8, AES_CCM_12, AES_CCM_16 -> new CcmSealer(transform, extended, cipherKey);
                case NULL, DES_CBC, TRIPLE_DES_CBC, BLOWFISH_CBC, CAST_CBC, CAMELLIA_CBC, AES_CBC,
                        AES_CTR ->
                    new MacSealer(transform, extended, cipherKey, integrityKey, random);
            };
        } finally {
            Arrays.fill(cipherKey, (byte) 0);
            Arrays.fill(integrityKey, (byte) 0);
        }
    }

    /// The length of an ESP packet of `payloadLength` bytes.
    public final int sealedLength(int payloadLength) {
        return EspHeader.LENGTH + ivBytes + payloadLength + EspTrailer.padding(payloadLength, block)
                + EspTrailer.FIXED_LENGTH + icvBytes;
    }

    /// Bytes that [#seal] may need at `out` at most for `payloadLength` bytes; what it writes behind the packet's end
    /// means nothing.
    public final int spaceFor(int payloadLength) {
        return sealedLength(payloadLength) + TAILROOM;
    }

    /// Seals the `length` bytes at `plain[offset]`, which has [#TAILROOM] bytes behind them to write the trailer to, into
    /// an ESP packet at `out[outOffset]`. The arrays are two.
    ///
    /// @param sequence never used before with this key; where it is not extended, its low 32 bits count
    /// @return the length of the ESP packet
    public final int seal(int spi, long sequence, int nextHeader, byte[] plain, int offset, int length, byte[] out,
            int outOffset) throws GeneralSecurityException {
        EspHeader.write(out, outOffset, spi, (int) sequence);
        int trailer = EspTrailer.write(plain, offset + length, EspTrailer.padding(length, block), nextHeader);
        protect(extended ? sequence : sequence & LOW_HALF, plain, offset, length + trailer, out, outOffset);
        return EspHeader.LENGTH + ivBytes + length + trailer + icvBytes;
    }

    /// Writes IV, ciphertext and ICV behind the ESP header at `out[esp]`; `sequence` is the whole number.
    abstract void protect(long sequence, byte[] plain, int offset, int length, byte[] out, int esp)
            throws GeneralSecurityException;
}
