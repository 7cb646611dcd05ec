package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.spi.DataPlaneProvider;
import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.util.Optional;

/// Opens the userspace data plane, by the name `userspace`.
public final class UserspaceDataPlaneProvider implements DataPlaneProvider {
    private final EngineDevices devices;

    /// Over the TUN device, the sockets and the network of Linux.
    public UserspaceDataPlaneProvider() {
        this(new LinuxDevices(Optional.empty()));
    }

    /// Over other devices than the system's, for instance [InMemoryDevices].
    public UserspaceDataPlaneProvider(EngineDevices devices) {
        this.devices = devices;
    }

    @Override
    public String name() {
        return "userspace";
    }

    /// Links the functions of both kinds: TUN and UDP, and netlink for routes.
    @Override
    public void prepare() {
        io.vanth.dataplane.netlink.linux.Libc.link();
        Libc.link();
    }

    @Override
    public DataPlane open(DataPlaneContext context) throws DataPlaneException {
        TunDevice tun = null;
        try {
            EngineDevices bound = context.device().isPresent()
                    ? devices.through(context.device().get())
                    : devices;
            tun = bound.openTun(context.interfaceName(), context.mtu());
            NetworkSetup network = bound.openNetwork(tun, context);
            UserspaceDataPlane plane = new UserspaceDataPlane(context, bound, tun, network);
            plane.start();
            return plane;
        } catch (IOException refused) {
            if (tun != null) {
                tun.close();
            }
            throw new DataPlaneException(
                    "cannot open %s: %s".formatted(context.interfaceName(), refused.getMessage()), refused);
        }
    }
}
