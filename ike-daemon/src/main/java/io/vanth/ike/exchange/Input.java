package io.vanth.ike.exchange;

import io.vanth.dataplane.Spi;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpMessage;

/// What an exchange waits for.
public sealed interface Input {
    /// A message in clear, and where it came from.
    record Clear(IsakmpMessage message, Path from) implements Input {}

    /// An encrypted message, and where it came from.
    record Encrypted(EncryptedMessage message, Path from) implements Input {}

    /// Slow arithmetic is done.
    record Computed(Computation.Result result) implements Input {}

    /// An SPI is reserved.
    record SpiReserved(Spi spi) implements Input {}

    /// The inbound SA is in place.
    record InboundInstalled() implements Input {}
}
