package io.vanth.ike.explain;

/// A probable cause of a failure.
///
/// @param why    one sentence
/// @param remedy one sentence: what to change, and on which side
public record Cause(String why, String remedy) {}
