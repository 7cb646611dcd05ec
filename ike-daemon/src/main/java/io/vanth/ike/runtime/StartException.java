package io.vanth.ike.runtime;

import java.io.Serial;

/// The daemon cannot start: the message says why and what to do.
public sealed class StartException extends Exception permits AbsentAddressException {
    @Serial
    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
