package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.netlink.message.NetlinkEvents;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.route.Links;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the interface of a route-based tunnel made again that somebody removes, so that its routes can be.
final class InterfaceReports implements NetlinkEvents.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(InterfaceReports.class);

    private final KernelReports reports;
    private final KernelInterfaces interfaces;

    InterfaceReports(KernelReports reports, KernelInterfaces interfaces) {
        this.reports = reports;
        this.interfaces = interfaces;
    }

    @Override
    public void heard(NetlinkMessage message) {
        try {
            Links.removed(message).filter(interfaces.names()::contains).ifPresent(this::restore);
        } catch (ProtocolException strange) {
            LOG.warn("cannot tell which interface was removed: {}", strange.getMessage());
        }
    }

    @Override
    public void missed() {
        List.copyOf(interfaces.names()).forEach(this::restore);
    }

    private void restore(String name) {
        reports.tell("make interface %s again".formatted(name), () -> {
            if (interfaces.restore(name)) {
                LOG.warn("somebody has removed interface {}: it was made again, without its addresses and routes",
                        name);
            }
            return null;
        });
    }

    @Override
    public void failed(IOException cause) {
        reports.failed(cause);
    }
}
