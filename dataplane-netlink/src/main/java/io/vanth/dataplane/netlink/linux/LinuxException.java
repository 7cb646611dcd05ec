package io.vanth.dataplane.netlink.linux;

import java.io.IOException;
import java.io.Serial;

/// The kernel refused a call: which one, with what error number, and its own words where it has some.
public final class LinuxException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;
    private final String text;

    /// A refusal of `call` with a positive error number; `text` is what the kernel said beyond it, or empty.
    public LinuxException(String call, int errno, String text) {
        super(call + ": " + Errno.describe(errno) + (text.isEmpty() ? "" : ": " + text));
        this.call = call;
        this.errno = errno;
        this.text = text;
    }

    /// `result`, unless it is a negative error number.
    public static int check(String call, int result) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(call, -result, "");
        }
        return result;
    }

    /// What was called, with the object it was for.
    public String call() {
        return call;
    }

    /// The positive error number.
    public int errno() {
        return errno;
    }

    /// The kernel's own words, or empty.
    public String text() {
        return text;
    }

    /// Whether the error number is `errno`.
    public boolean is(Errno expected) {
        return errno == expected.number();
    }
}
