package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;

/// What a capture file has at one place: a frame, or damage, behind which nothing can be read.
sealed interface CaptureRecord {
    /// A frame.
    ///
    /// @param linkType the number of the link-layer header, as the capture formats register it
    /// @param wireLength the size on the wire, at least what `data` holds of it
    record Frame(int linkType, Bytes data, long wireLength) implements CaptureRecord {}

    /// Bytes that are no frame, with their offset in the file.
    record Damage(String reason, int offset) implements CaptureRecord {}
}
