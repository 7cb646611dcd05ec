package io.vanth.dataplane.userspace.engine;

import java.io.IOException;

/// Somebody has removed the device of route-based tunnels that an agent reads from. It is made again; nothing else ends.
final class DeviceLostException extends IOException {
    private static final long serialVersionUID = 1;

    DeviceLostException(String device, IOException cause) {
        super("interface %s: %s".formatted(device, cause.getMessage()), cause);
    }
}
