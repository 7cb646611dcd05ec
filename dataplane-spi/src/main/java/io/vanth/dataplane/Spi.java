package io.vanth.dataplane;

/// A security parameters index. 0 is for local use and 1 to 255 are reserved by IANA (RFC 4303 section 2.1), so an SA
/// never has one of them. The value is unsigned: `0xffffffff` is legal and is `-1` as an `int`.
public record Spi(int value) {
    /// The smallest SPI that an SA may have.
    public static final int MIN = 0x100;

    public Spi {
        if (Integer.compareUnsigned(value, MIN) < 0) {
            throw new IllegalArgumentException(
                    "SPI 0x%08x is reserved; SPIs start at 0x%x (RFC 4303 section 2.1)".formatted(value, MIN));
        }
    }

    @Override
    public String toString() {
        return "0x%08x".formatted(value);
    }
}
