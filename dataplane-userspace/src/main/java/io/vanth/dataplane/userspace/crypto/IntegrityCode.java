package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import java.util.Optional;

/// A truncated MAC of ESP or AH. For one thread.
public abstract sealed class IntegrityCode permits HmacCode, XcbcCode, NoCode {
    private final int icvBytes;
    private final boolean extended;
    private final byte[] high = new byte[Integer.BYTES];
    private final byte[] full;

    IntegrityCode(Integrity integrity, boolean extended, int fullBytes) {
        this(integrity.icvBytes(), extended, fullBytes);
    }

    IntegrityCode(int icvBytes, boolean extended, int fullBytes) {
        this.icvBytes = icvBytes;
        this.extended = extended;
        this.full = new byte[fullBytes];
    }

    /// The MAC `integrity` under `key`, which is copied.
    ///
    /// @param extended whether sequence numbers have 64 bits: then the high half, which is not sent, counts behind
    ///        all other bytes (RFC 4303 section 2.2.1, RFC 4302 section 2.5.1)
    public static IntegrityCode of(Integrity integrity, boolean extended, byte[] key)
            throws GeneralSecurityException {
        return switch (integrity) {
            case HMAC_MD5_96 -> new HmacCode(integrity, extended, "HmacMD5", key);
            case HMAC_SHA1_96 -> new HmacCode(integrity, extended, "HmacSHA1", key);
            case HMAC_SHA2_256_128, HMAC_SHA2_256_96 -> new HmacCode(integrity, extended, "HmacSHA256", key);
            case HMAC_SHA2_384_192 -> new HmacCode(integrity, extended, "HmacSHA384", key);
            case HMAC_SHA2_512_256 -> new HmacCode(integrity, extended, "HmacSHA512", key);
            case AES_XCBC_96 -> new XcbcCode(integrity, extended, key);
        };
    }

    /// The same, or the code that every packet bears.
    static IntegrityCode of(Optional<Integrity> integrity, boolean extended, byte[] key)
            throws GeneralSecurityException {
        return integrity.isPresent() ? of(integrity.get(), extended, key) : new NoCode();
    }

    /// The length of the ICV.
    public final int icvBytes() {
        return icvBytes;
    }

    /// Takes the next bytes of a packet.
    public abstract void update(byte[] bytes, int offset, int length) throws GeneralSecurityException;

    /// Ends the packet with the number `sequence` and writes its ICV to `out[at]`.
    public final void write(long sequence, byte[] out, int at) throws GeneralSecurityException {
        end(sequence);
        System.arraycopy(full, 0, out, at, icvBytes);
    }

    /// Ends the packet with the number `sequence`, and whether the ICV at `bytes[at]` is its.
    public final boolean matches(long sequence, byte[] bytes, int at) throws GeneralSecurityException {
        end(sequence);
        return ConstantTime.startsAlike(full, bytes, at, icvBytes);
    }

    private void end(long sequence) throws GeneralSecurityException {
        if (extended) {
            NetworkOrder.put32(high, 0, (int) (sequence >>> Integer.SIZE));
            update(high, 0, high.length);
        }
        finish(full);
    }

    /// Writes the whole MAC of the bytes taken and begins anew.
    abstract void finish(byte[] result) throws GeneralSecurityException;
}
