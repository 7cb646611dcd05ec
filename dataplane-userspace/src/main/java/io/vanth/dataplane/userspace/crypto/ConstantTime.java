package io.vanth.dataplane.userspace.crypto;

/// Comparison that takes the same time wherever two values differ.
final class ConstantTime {
    private ConstantTime() {}

    /// Whether the first `length` bytes of `expected` stand at `bytes[at]`.
    static boolean startsAlike(byte[] expected, byte[] bytes, int at, int length) {
        int difference = 0;
        for (int index = 0; index < length; index++) {
            difference |= expected[index] ^ bytes[at + index];
        }
        return difference == 0;
    }
}
