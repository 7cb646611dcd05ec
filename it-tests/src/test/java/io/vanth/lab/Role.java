package io.vanth.lab;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// What Vanth is in a negotiation. Who begins it also ends what came of it.
enum Role {
    INITIATOR,
    RESPONDER;

    /// Each case in both roles, as arguments of a test.
    static Stream<Arguments> with(List<?> cases) {
        return cases.stream()
                .flatMap(each -> Arrays.stream(values()).map(role -> Arguments.of(each, role)));
    }

    @Override
    public String toString() {
        return this == INITIATOR ? "as initiator" : "as responder";
    }
}
