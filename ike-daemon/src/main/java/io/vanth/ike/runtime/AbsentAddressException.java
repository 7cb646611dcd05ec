package io.vanth.ike.runtime;

import java.io.Serial;

/// An address is not, or not yet, one of this machine that can be bound: an IPv6 address is tentative at first (RFC 4862
/// section 5.4).
final class AbsentAddressException extends StartException {
    @Serial
    private static final long serialVersionUID = 1L;

    AbsentAddressException(String message, Throwable cause) {
        super(message, cause);
    }
}
