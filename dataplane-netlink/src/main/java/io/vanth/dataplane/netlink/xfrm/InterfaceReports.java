package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.netlink.message.NetlinkEvents;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.route.Links;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the interface of a route-based tunnel made again that somebody removes, so that its routes can be. Where it cannot
/// be, this is tried once a second.
final class InterfaceReports implements NetlinkEvents.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(InterfaceReports.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String TASK = "make removed interfaces again";

    private final KernelReports reports;
    private final KernelInterfaces interfaces;
    private final ControlThread control;
    /// Those that could not be made again so far. For the thread of `control`.
    private final Set<String> lost = new HashSet<>();

    InterfaceReports(KernelReports reports, KernelInterfaces interfaces, ControlThread control) {
        this.reports = reports;
        this.interfaces = interfaces;
        this.control = control;
    }

    @Override
    public void heard(NetlinkMessage message) {
        try {
            Links.present(message).ifPresent(interfaces::arrive);
            Links.removed(message).filter(gone -> gone.xfrm().isPresent()
                    && interfaces.needs(gone.xfrm().getAsInt())).ifPresent(this::gone);
        } catch (IOException strange) {
            LOG.warn("cannot tell what became of an interface: {}", strange.getMessage());
        }
    }

    private void gone(Links.Removed link) {
        if (link.moved()) {
            interfaces.leave(link.xfrm().getAsInt());
            LOG.warn("somebody has taken interface {} into another network namespace: its tunnels go on there, until "
                    + "the next start makes another here", link.name());
        } else {
            missed();
        }
    }

    @Override
    public void missed() {
        reports.tell(TASK, () -> {
            // Who is lost is being tried again already, and what such a try leaves behind is an event too.
            if (lost.isEmpty()) {
                restore();
            }
            return null;
        });
    }

    private void restore() {
        for (String name : List.copyOf(interfaces.names())) {
            restore(name);
        }
        lost.retainAll(interfaces.names());
        if (!lost.isEmpty()) {
            control.later(PAUSE, () -> {
                restore();
                return null;
            });
        }
    }

    private void restore(String name) {
        try {
            if (interfaces.restore(name)) {
                LOG.warn("somebody has removed interface {}: it was made again, without its addresses and routes",
                        name);
            }
            lost.remove(name);
        } catch (IOException | DataPlaneException refused) {
            if (lost.add(name)) {
                LOG.error("interface {} is gone and its tunnels carry nothing: {}; it is tried once a second to make "
                        + "it again", name, refused.getMessage());
            }
        }
    }

    @Override
    public void failed(IOException cause) {
        reports.failed(cause);
    }
}
