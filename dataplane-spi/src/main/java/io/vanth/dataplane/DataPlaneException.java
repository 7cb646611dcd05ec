package io.vanth.dataplane;

import java.io.Serial;

/// A data plane refused something: the message says what, why (with the kernel's own error text where there is one) and
/// what to do. After it the tables are as they were.
public final class DataPlaneException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public DataPlaneException(String message) {
        super(message);
    }

    public DataPlaneException(String message, Throwable cause) {
        super(message, cause);
    }
}
