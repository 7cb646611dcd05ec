package io.vanth.dataplane;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/// Key material with an owner and an end: wiped on close, never printed, compared in constant time.
///
/// Whoever creates a secret closes it; a receiver that must keep it takes a [#copy()].
public final class Secret implements AutoCloseable {
    private byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Takes ownership of `bytes`, which the caller must not use again.
    public static Secret owning(byte[] bytes) {
        return new Secret(bytes);
    }

    /// Holds a copy of `bytes`.
    public static Secret copyOf(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /// Holds a copy of a part of `bytes`.
    public static Secret copyOf(byte[] bytes, int offset, int length) {
        return new Secret(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /// The number of bytes.
    public int length() {
        return live().length;
    }

    /// An independent secret of the same content.
    public Secret copy() {
        return copyOf(live());
    }

    /// An independent secret of a part of the content.
    public Secret slice(int offset, int length) {
        byte[] all = live();
        if (offset < 0 || length < 0 || offset + length > all.length) {
            throw new IllegalArgumentException(
                    "bytes %d to %d of a secret of %d".formatted(offset, offset + length, all.length));
        }
        return copyOf(all, offset, length);
    }

    /// Lends the bytes themselves to `use`, which must neither keep nor change them.
    public <T> T expose(Function<byte[], T> use) {
        return use.apply(live());
    }

    private byte[] live() {
        byte[] current = bytes;
        if (current == null) {
            throw new IllegalStateException("secret already destroyed");
        }
        return current;
    }

    /// Wipes the content; closing again does nothing.
    @Override
    public void close() {
        byte[] current = bytes;
        if (current != null) {
            Arrays.fill(current, (byte) 0);
            bytes = null;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && bytes != null && that.bytes != null
                && MessageDigest.isEqual(bytes, that.bytes);
    }

    /// The same for all secrets, so that a hash table tells nothing about them.
    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
