package io.vanth.ike.crypto;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.crypto.params.DHParameters;

/// What a Diffie-Hellman group is made of.
sealed interface GroupParameters {
    /// The length of a key exchange payload's body in bytes.
    int publicLength();

    /// The length of g^xy in bytes.
    int sharedLength();

    /// A group modulo a prime.
    ///
    /// @param subgroupOrder the order of the generator where the prime is not a safe one, so that members have to be
    ///                      checked (RFC 6989 section 2.2)
    /// @param exponentBits  the size of private exponents: less than the prime's, and enough (RFC 3526 section 8)
    record Modp(BigInteger prime, BigInteger generator, Optional<BigInteger> subgroupOrder, int exponentBits)
            implements
                GroupParameters {
        /// With a safe prime.
        static Modp of(DHParameters group, int exponentBits) {
            return new Modp(group.getP(), group.getG(), Optional.empty(), exponentBits);
        }

        /// With a subgroup of prime order; all numbers in hexadecimal digits, white space is left out.
        static Modp ofSubgroup(String prime, String generator, String order) {
            BigInteger q = hex(order);
            return new Modp(hex(prime), hex(generator), Optional.of(q), q.bitLength());
        }

        private static BigInteger hex(String digits) {
            return new BigInteger(digits.replaceAll("\\s", ""), 16);
        }

        @Override
        public int publicLength() {
            return (prime.bitLength() + 7) / 8;
        }

        /// As long as the prime: g^xy goes into the PRF with its leading zeros, as g^x does on the wire.
        @Override
        public int sharedLength() {
            return publicLength();
        }
    }

    /// A group of points of a curve over a prime field: x and y on the wire, x alone as the secret (RFC 5903 section 7).
    ///
    /// @param curve      the JDK's name of the curve
    /// @param fieldBytes the length of a coordinate
    record Ecp(String curve, int fieldBytes) implements GroupParameters {
        @Override
        public int publicLength() {
            return 2 * fieldBytes;
        }

        @Override
        public int sharedLength() {
            return fieldBytes;
        }
    }

    /// A group like that of [Ecp], of a curve that the JDK does not have (RFC 6932 section 2).
    ///
    /// @param curve      Bouncy Castle's name of the curve
    /// @param fieldBytes the length of a coordinate
    record Brainpool(String curve, int fieldBytes) implements GroupParameters {
        @Override
        public int publicLength() {
            return 2 * fieldBytes;
        }

        @Override
        public int sharedLength() {
            return fieldBytes;
        }
    }

    /// Curve25519, RFC 7748: strings of 32 bytes on the wire and as the secret (RFC 8031 section 3).
    record Montgomery() implements GroupParameters {
        private static final int LENGTH = 32;

        @Override
        public int publicLength() {
            return LENGTH;
        }

        @Override
        public int sharedLength() {
            return LENGTH;
        }
    }
}
