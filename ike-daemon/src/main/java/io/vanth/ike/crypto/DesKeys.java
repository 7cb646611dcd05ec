package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.spec.DESKeySpec;

/// DES keys, of which some must not be used (RFC 2409 appendix A).
final class DesKeys {
    private static final int LENGTH = 8;

    private DesKeys() {}

    /// "The first eight (8) non-weak and non-semi-weak bytes of SKEYID_e", RFC 2409 appendix B.
    static Secret firstStrong(Secret material) {
        for (int from = 0; from + LENGTH <= material.length(); from += LENGTH) {
            Secret candidate = material.slice(from, LENGTH);
            if (!candidate.expose(DesKeys::isWeak)) {
                return candidate;
            }
            candidate.close();
        }
        throw new IllegalStateException("every part of SKEYID_e is a weak DES key");
    }

    /// Whether it is one of the weak and semi-weak keys, whatever its parity bits.
    static boolean isWeak(byte[] key) {
        byte[] odd = key.clone();
        for (int i = 0; i < odd.length; i++) {
            int bits = odd[i] & 0xfe;
            odd[i] = (byte) (bits | (Integer.bitCount(bits) + 1) % 2);
        }
        try {
            return DESKeySpec.isWeak(odd, 0);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a DES key of %d bytes".formatted(key.length), e);
        } finally {
            Arrays.fill(odd, (byte) 0);
        }
    }
}
