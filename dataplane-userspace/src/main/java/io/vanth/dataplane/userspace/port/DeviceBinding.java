package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.linux.Libc;
import io.vanth.dataplane.netlink.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Ties a socket to a network interface or to a VRF (`SO_BINDTODEVICE`, socket(7)): it takes only what arrives there, and
/// what it sends is routed only there. An address of a VRF can be bound only after this.
final class DeviceBinding {
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;

    private DeviceBinding() {}

    /// Does nothing without a device.
    ///
    /// @throws LinuxException with `ENODEV` where there is no such interface
    static void bind(int descriptor, Optional<String> device) throws LinuxException {
        if (device.isPresent()) {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment name = scratch.allocateFrom(device.get());
                LinuxException.check("setsockopt(SO_BINDTODEVICE, %s)".formatted(device.get()),
                        Libc.setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name));
            }
        }
    }
}
