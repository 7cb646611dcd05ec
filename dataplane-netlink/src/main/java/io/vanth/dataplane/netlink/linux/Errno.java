package io.vanth.dataplane.netlink.linux;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// The error numbers of Linux that a network program meets (the same on x86-64 and AArch64), with their usual texts.
public enum Errno {
    /// Operation not permitted.
    EPERM(1, "Operation not permitted"),
    /// No such file or directory.
    ENOENT(2, "No such file or directory"),
    /// No such process.
    ESRCH(3, "No such process"),
    /// Interrupted system call.
    EINTR(4, "Interrupted system call"),
    /// Input/output error.
    EIO(5, "Input/output error"),
    /// No such device or address.
    ENXIO(6, "No such device or address"),
    /// Bad file descriptor.
    EBADF(9, "Bad file descriptor"),
    /// Resource temporarily unavailable.
    EAGAIN(11, "Resource temporarily unavailable"),
    /// Cannot allocate memory.
    ENOMEM(12, "Cannot allocate memory"),
    /// Permission denied.
    EACCES(13, "Permission denied"),
    /// Bad address.
    EFAULT(14, "Bad address"),
    /// Device or resource busy.
    EBUSY(16, "Device or resource busy"),
    /// File exists.
    EEXIST(17, "File exists"),
    /// No such device.
    ENODEV(19, "No such device"),
    /// Invalid argument.
    EINVAL(22, "Invalid argument"),
    /// Too many open files in system.
    ENFILE(23, "Too many open files in system"),
    /// Too many open files.
    EMFILE(24, "Too many open files"),
    /// Inappropriate ioctl for device.
    ENOTTY(25, "Inappropriate ioctl for device"),
    /// No space left on device.
    ENOSPC(28, "No space left on device"),
    /// Broken pipe.
    EPIPE(32, "Broken pipe"),
    /// Numerical result out of range.
    ERANGE(34, "Numerical result out of range"),
    /// Function not implemented.
    ENOSYS(38, "Function not implemented"),
    /// File descriptor in bad state.
    EBADFD(77, "File descriptor in bad state"),
    /// Message too long.
    EMSGSIZE(90, "Message too long"),
    /// Protocol not available.
    ENOPROTOOPT(92, "Protocol not available"),
    /// Protocol not supported.
    EPROTONOSUPPORT(93, "Protocol not supported"),
    /// Operation not supported.
    EOPNOTSUPP(95, "Operation not supported"),
    /// Address family not supported by protocol.
    EAFNOSUPPORT(97, "Address family not supported by protocol"),
    /// Address already in use.
    EADDRINUSE(98, "Address already in use"),
    /// Cannot assign requested address.
    EADDRNOTAVAIL(99, "Cannot assign requested address"),
    /// Network is down.
    ENETDOWN(100, "Network is down"),
    /// Network is unreachable.
    ENETUNREACH(101, "Network is unreachable"),
    /// No buffer space available.
    ENOBUFS(105, "No buffer space available"),
    /// Connection timed out.
    ETIMEDOUT(110, "Connection timed out"),
    /// Connection refused.
    ECONNREFUSED(111, "Connection refused"),
    /// Host is down.
    EHOSTDOWN(112, "Host is down"),
    /// No route to host.
    EHOSTUNREACH(113, "No route to host");

    private static final Map<Integer, Errno> BY_NUMBER = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(Errno::number, errno -> errno));

    private final int number;
    private final String text;

    Errno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /// The number, above zero.
    public int number() {
        return number;
    }

    /// Whether `result` of a call is this error, see [NativeFunction#resultOrError].
    public boolean is(int result) {
        return result == -number;
    }

    /// Name and text of any error number, such as `EPERM (Operation not permitted)`.
    public static String describe(int number) {
        Errno known = BY_NUMBER.get(number);
        return known == null ? "errno " + number : known + " (" + known.text + ")";
    }
}
