package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.Links;
import io.vanth.dataplane.netlink.route.NetworkLink;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The XFRM interfaces of this data plane among the interfaces of the kernel. Their alias says by which name connections
/// know them: somebody may have given them another.
final class XfrmLinks {
    private static final String ALIAS = "Vanth's interface ";

    private final Links links;

    XfrmLinks(NetlinkSocket route) {
        this.links = new Links(route);
    }

    /// Those that this data plane has made, in this run or an earlier one.
    List<NetworkLink> own() throws IOException {
        return links.list().stream().filter(XfrmLinks::isOwn).toList();
    }

    private static boolean isOwn(NetworkLink link) {
        return link.xfrm().isPresent() && OwnNumbers.isOwn(link.xfrm().getAsInt());
    }

    Optional<NetworkLink> find(int number) throws IOException {
        OptionalInt wanted = OptionalInt.of(number);
        return own().stream().filter(link -> link.xfrm().equals(wanted)).findFirst();
    }

    /// The one that connections know by that name.
    Optional<NetworkLink> find(String name) throws IOException {
        List<NetworkLink> own = own();
        return own.stream().filter(link -> link.alias().equals(ALIAS + name)).findFirst()
                .or(() -> own.stream().filter(link -> link.name().equals(name) && !link.alias().startsWith(ALIAS))
                        .findFirst());
    }

    /// Refuses a name that an interface has which is none of these.
    void requireFree(String name) throws IOException, DataPlaneException {
        Optional<NetworkLink> there = links.find(name);
        if (there.isPresent()) {
            throw new DataPlaneException(there.get().alias().isEmpty()
                    ? "there is an interface %s, which another program has made: give the connection another name"
                            .formatted(name)
                    : "there is an interface %s already, described as '%s': ip link del %s, or give the connection another name"
                            .formatted(name, there.get().alias(), name));
        }
    }

    /// Makes one and brings it up, whole or not at all.
    ///
    /// @return false where an interface in another network namespace has that number
    boolean make(TunnelInterface via, int number) throws IOException, DataPlaneException {
        requireFree(via.name());
        if (!add(via.name(), number)) {
            return false;
        }
        try {
            prepare(find(number).orElseThrow(() -> new IOException(via.name() + " went away at once")), via);
        } catch (IOException refused) {
            remove(number);
            throw refused;
        }
        return true;
    }

    private boolean add(String name, int number) throws IOException, DataPlaneException {
        try {
            links.addXfrm(name, number);
            return true;
        } catch (LinuxException refused) {
            if (refused.is(Errno.EEXIST)) {
                return false;
            }
            if (refused.is(Errno.EOPNOTSUPP)) {
                throw new DataPlaneException(
                        "cannot make interface %s: %s; this kernel lacks the module xfrm_interface: "
                                .formatted(name, refused.getMessage())
                                + "load it, or use policy-based tunnels or the data plane userspace",
                        refused);
            }
            throw refused;
        }
    }

    /// Makes it what it is to be, and brings it up.
    void prepare(NetworkLink link, TunnelInterface via) throws IOException {
        links.describe(link.index(), ALIAS + via.name());
        links.silence(link.index());
        links.up(link.index(), via.mtu());
    }

    /// Removes it, if it is there.
    void remove(int number) throws IOException {
        Optional<NetworkLink> link = find(number);
        if (link.isPresent()) {
            remove(link.get());
        }
    }

    /// Removes it, unless somebody else has done so.
    void remove(NetworkLink link) throws IOException {
        try {
            links.delete(link.index());
        } catch (LinuxException refused) {
            if (!refused.is(Errno.ENODEV)) {
                throw refused;
            }
        }
    }
}
