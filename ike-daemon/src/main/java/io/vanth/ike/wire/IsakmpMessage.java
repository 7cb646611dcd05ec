package io.vanth.ike.wire;

import java.util.List;

/// A message in clear.
public record IsakmpMessage(IsakmpHeader header, List<Payload> payloads) implements MessageReader.Result {
    public IsakmpMessage {
        payloads = List.copyOf(payloads);
    }
}
