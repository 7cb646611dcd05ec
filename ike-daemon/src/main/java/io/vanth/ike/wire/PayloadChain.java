package io.vanth.ike.wire;

import java.util.List;

/// Decrypted payloads. Hashes are computed over `bytes` as received: `end` is where the last payload ends and padding
/// begins, `ends` holds the offset behind each payload.
public record PayloadChain(List<Payload> payloads, Bytes bytes,
        List<Integer> ends) implements MessageReader.ChainResult {
    public PayloadChain {
        payloads = List.copyOf(payloads);
        ends = List.copyOf(ends);
    }

    /// Where the padding begins.
    public int end() {
        return ends.isEmpty() ? 0 : ends.getLast();
    }
}
