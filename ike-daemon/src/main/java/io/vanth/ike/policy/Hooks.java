package io.vanth.ike.policy;

import java.util.Optional;

/// Programs of the operator that are run when a tunnel has come up and when it has gone down.
///
/// @param up   the absolute name of its file
/// @param down the absolute name of its file
public record Hooks(Optional<String> up, Optional<String> down) {
    public static final Hooks NONE = new Hooks(Optional.empty(), Optional.empty());
}
