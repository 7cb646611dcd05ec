package io.vanth.ike.wire;

/// A message whose payloads are encrypted; the header's next payload is the first of the plaintext.
public record EncryptedMessage(IsakmpHeader header, Bytes ciphertext) implements MessageReader.Result {}
