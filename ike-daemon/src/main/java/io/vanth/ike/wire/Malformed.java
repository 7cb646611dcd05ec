package io.vanth.ike.wire;

/// Why bytes are no message, and where: the offset counts from the start of what was read.
public record Malformed(String reason, int offset) implements MessageReader.Result, MessageReader.ChainResult {}
