package io.vanth.ike.crypto;

import java.math.BigInteger;

/// What a Diffie-Hellman group is made of.
sealed interface GroupParameters {
    /// The length of a key exchange payload's body in bytes.
    int publicLength();

    /// The length of g^xy in bytes.
    int sharedLength();

    /// A group modulo a safe prime.
    ///
    /// @param exponentBits the size of private exponents: less than the prime's, and enough (RFC 3526 section 8)
    record Modp(BigInteger prime, BigInteger generator, int exponentBits) implements GroupParameters {
        /// The prime in hexadecimal digits; white space is left out.
        static Modp of(String prime, int generator, int exponentBits) {
            return new Modp(new BigInteger(prime.replaceAll("\\s", ""), 16), BigInteger.valueOf(generator),
                    exponentBits);
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
}
