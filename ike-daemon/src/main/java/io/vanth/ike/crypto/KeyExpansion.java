package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import java.util.Arrays;

/// The feedback that makes long keys from a short PRF: K1 | K2 | ... with K1 = prf(key, first | rest) and
/// Kn = prf(key, Kn-1 | rest), cut to length. RFC 2409 uses it twice, in section 5.5 and in appendix B.
final class KeyExpansion {
    private KeyExpansion() {}

    /// `length` bytes; the arguments stay the caller's.
    static Secret expand(Prf prf, Secret key, byte[] first, byte[] rest, int length) {
        byte[] material = new byte[length];
        byte[] previous = first.clone();
        for (int filled = 0; filled < length; filled += prf.hash().length()) {
            byte[] block = next(prf, key, previous, rest);
            Arrays.fill(previous, (byte) 0);
            System.arraycopy(block, 0, material, filled, Math.min(block.length, length - filled));
            previous = block;
        }
        Arrays.fill(previous, (byte) 0);
        return Secret.owning(material);
    }

    private static byte[] next(Prf prf, Secret key, byte[] previous, byte[] rest) {
        try (Secret block = prf.derive(key, previous, rest)) {
            return block.expose(byte[]::clone);
        }
    }
}
