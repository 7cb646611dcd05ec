package io.vanth.ike.explain;

import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import java.util.stream.Collectors;

/// What this side brings to phase 1.
///
/// @param preShared whether both sides prove who they are with a pre-shared key
/// @param proposals as the configuration spells them, with commas between
public record Terms(boolean preShared, String proposals) {
    /// What is configured.
    public static Terms of(Connection connection) {
        return new Terms(connection.authentication() instanceof Authentication.PreShared,
                connection.proposals().stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
}
