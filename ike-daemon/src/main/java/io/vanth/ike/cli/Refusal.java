package io.vanth.ike.cli;

import java.io.Serial;

/// The answer is no, for a reason that the user is told in one line.
final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }

    Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
