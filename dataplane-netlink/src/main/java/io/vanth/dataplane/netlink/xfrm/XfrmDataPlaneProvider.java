package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkEvents;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.Links;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.spi.DataPlaneProvider;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/// Opens the Linux kernel as a data plane, by the name `netlink`.
public final class XfrmDataPlaneProvider implements DataPlaneProvider {
    public XfrmDataPlaneProvider() {}

    @Override
    public String name() {
        return "netlink";
    }

    /// In the network namespace of the calling thread.
    @Override
    public DataPlane open(DataPlaneContext context) throws DataPlaneException {
        if (context.device().isPresent()) {
            throw new DataPlaneException(
                    "the kernel's SAs cannot be bound to %s: leave out ports.device, or use the data plane userspace"
                            .formatted(context.device().get()));
        }
        KernelTables tables = null;
        NetlinkEvents events = null;
        try {
            tables = KernelTables.open(context.routes(), context.events());
            Set<SecurityProtocol> protocols = protocols(new KernelProbe(tables.xfrm()));
            events = NetlinkEvents.open(NetlinkSocket.XFRM, Xfrm.EVENT_GROUPS);
            NetlinkEvents links = NetlinkEvents.open(NetlinkSocket.ROUTE, Links.EVENT_GROUPS);
            XfrmDataPlane plane = new XfrmDataPlane(context, tables, events, links, protocols);
            plane.start();
            return plane;
        } catch (IOException refused) {
            if (tables != null) {
                tables.close(false);
            }
            if (events != null) {
                events.close();
            }
            throw new DataPlaneException(reason(refused), refused);
        }
    }

    private static Set<SecurityProtocol> protocols(KernelProbe probe) throws IOException {
        probe.require(SecurityProtocol.ESP);
        Set<SecurityProtocol> protocols = EnumSet.of(SecurityProtocol.ESP);
        for (SecurityProtocol optional : EnumSet.of(SecurityProtocol.AH, SecurityProtocol.IPCOMP)) {
            if (probe.has(optional)) {
                protocols.add(optional);
            }
        }
        return protocols;
    }

    private static String reason(IOException refused) {
        if (refused instanceof LinuxException linux && linux.is(Errno.EPERM)) {
            return "the kernel's IPsec tables need the capability NET_ADMIN: " + refused.getMessage();
        }
        if (refused instanceof LinuxException linux && linux.is(Errno.EPROTONOSUPPORT)) {
            return "this kernel cannot do it: %s; load its modules (esp4, esp6, xfrm_user), or use the data plane userspace"
                    .formatted(refused.getMessage());
        }
        return refused.getMessage();
    }
}
