package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import java.time.Instant;

/// What a capture file has at one place: a frame, or damage, behind which nothing can be read.
sealed interface CaptureRecord {
    /// A frame.
    ///
    /// @param linkType the number of the link-layer header, as the capture formats register it
    /// @param wireLength the size on the wire, at least what `data` holds of it
    /// @param at when it was seen; the epoch where that is not written down
    record Frame(int linkType, Bytes data, long wireLength, Instant at) implements CaptureRecord {}

    /// Bytes that are no frame, with their offset in the file.
    record Damage(String reason, int offset) implements CaptureRecord {}
}
