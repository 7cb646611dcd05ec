package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.AttributeReader;
import io.vanth.dataplane.netlink.message.AttributeWriter;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The kernel's routes.
///
/// ```
///  0                   1                   2                   3
/// +---------------+---------------+---------------+---------------+
/// |    family     | bits of dest. | bits of source|      TOS      |
/// +---------------+---------------+---------------+---------------+
/// |     table     |   protocol    |     scope     |     type      |
/// +---------------+---------------+---------------+---------------+
/// |                             flags                             |
/// +---------------------------------------------------------------+
/// ```
public final class RoutingTable {
    /// The table that the host's ordinary routes are in.
    public static final int MAIN = 254;

    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;
    private static final int BODY_LENGTH = 12;
    private static final int DESTINATION_BITS_OFFSET = 1;
    private static final int PROTOCOL_OFFSET = 5;
    private static final int TYPE_OFFSET = 7;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_TABLE = 15;
    private static final int RTA_MARK = 16;
    private static final int SCOPE_UNIVERSE = 0;
    private static final int SCOPE_LINK = 253;
    private static final int SCOPE_NOWHERE = 255;
    private static final int TYPE_UNICAST = 1;
    private static final int TYPE_BLACKHOLE = 6;
    private static final int TYPE_UNREACHABLE = 7;
    private static final int TYPE_PROHIBIT = 8;
    private static final int TYPE_THROW = 9;
    private static final Set<Integer> NO_WAY_TYPES = Set.of(TYPE_BLACKHOLE, TYPE_UNREACHABLE, TYPE_PROHIBIT,
            TYPE_THROW);
    /// How the kernel says that there is no route, that one is `unreachable`, `blackhole`, `prohibit`.
    private static final Set<Errno> NO_WAY = EnumSet.of(Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EINVAL,
            Errno.EACCES);
    /// The router is on the link, whatever the other routes say. The operator's route to it may say so (`onlink`), and the
    /// kernel does not tell that of a way that it has chosen.
    private static final int RTNH_F_ONLINK = 4;

    private final NetlinkSocket socket;

    /// Works on a [NetlinkSocket#ROUTE] socket, which the caller closes.
    public RoutingTable(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// Adds a route, or puts it in the place of the one to the same network with the same metric in the same table.
    public void replace(Route route) throws IOException {
        socket.request(encode("add", route, RTM_NEWROUTE, MessageWriter.CREATE | MessageWriter.REPLACE));
    }

    /// Removes a route; false if there was none.
    public boolean delete(Route route) throws IOException {
        try {
            socket.request(encode("delete", route, RTM_DELROUTE, 0));
            return true;
        } catch (LinuxException refused) {
            if (refused.is(Errno.ESRCH) || refused.is(Errno.ENODEV)) {
                return false;
            }
            throw refused;
        }
    }

    /// All routes of a table.
    public List<Route> list(boolean ipv6, int table) throws IOException {
        MessageWriter message = body("list", RTM_GETROUTE, 0, Families.of(ipv6), 0, 0, 0, 0, 0);
        message.attributes().u32(RTA_TABLE, table);
        var routes = new ArrayList<Route>();
        try {
            for (NetlinkMessage answer : socket.dump(message)) {
                Route route = decode(answer, ipv6);
                if (route.table() == table) {
                    routes.add(route);
                }
            }
        } catch (LinuxException refused) {
            if (!refused.is(Errno.ENOENT)) {
                throw refused;
            }
        }
        return routes;
    }

    /// How the host's own packets with `mark` (0: none) reach `destination` now, and from what address; empty where
    /// they do not.
    public Optional<ChosenRoute> lookup(InetAddress destination, int mark) throws IOException {
        byte[] address = destination.getAddress();
        MessageWriter message = body("look up " + destination.getHostAddress(), RTM_GETROUTE, 0,
                Families.of(destination), address.length * 8, 0, 0, 0, 0);
        AttributeWriter attributes = message.attributes().bytes(RTA_DST, address);
        if (mark != 0) {
            attributes.u32(RTA_MARK, mark);
        }
        try {
            Optional<NetlinkMessage> answer = socket.query(message);
            if (answer.isEmpty() || NO_WAY_TYPES.contains(answer.get().u8(TYPE_OFFSET))) {
                return Optional.empty();
            }
            AttributeReader found = answer.get().attributes(BODY_LENGTH);
            return Optional.of(new ChosenRoute(found.u32(RTA_OIF).orElse(0), found.address(RTA_GATEWAY),
                    found.address(RTA_PREFSRC)));
        } catch (LinuxException refused) {
            if (NO_WAY.stream().anyMatch(refused::is)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    static MessageWriter encode(String what, Route route, int type, int flags) {
        IpPrefix destination = route.destination();
        int scope = switch (route.target()) {
            case Route.Device _ -> SCOPE_LINK;
            case Route.Gateway _ -> SCOPE_UNIVERSE;
            case Route.Unreachable _,Route.Throw _ -> SCOPE_UNIVERSE;
            case Route.Other _ -> SCOPE_NOWHERE;
        };
        int kind = switch (route.target()) {
            case Route.Device _ -> TYPE_UNICAST;
            case Route.Gateway _ -> TYPE_UNICAST;
            case Route.Unreachable _ -> TYPE_UNREACHABLE;
            case Route.Throw _ -> TYPE_THROW;
            case Route.Other(int other) -> other;
        };
        MessageWriter message = body(what + " " + destination, type, flags, Families.of(destination.isIpv6()),
                destination.length(), route.protocol(), scope, kind,
                route.target() instanceof Route.Gateway ? RTNH_F_ONLINK : 0);
        AttributeWriter attributes = message.attributes().u32(RTA_TABLE, route.table())
                .bytes(RTA_DST, destination.address().getAddress()).u32(RTA_PRIORITY, route.metric());
        switch (route.target()) {
            case Route.Device(int link, var source) -> {
                attributes.u32(RTA_OIF, link);
                source.ifPresent(address -> attributes.bytes(RTA_PREFSRC, address.getAddress()));
            }
            case Route.Gateway(int link, var router, var source) -> {
                attributes.u32(RTA_OIF, link).bytes(RTA_GATEWAY, router.getAddress());
                source.ifPresent(address -> attributes.bytes(RTA_PREFSRC, address.getAddress()));
            }
            case Route.Unreachable _,Route.Throw _,Route.Other _ -> {
            }
        }
        return message;
    }

    private static MessageWriter body(String what, int type, int flags, int family, int bits, int protocol, int scope,
            int kind, int routeFlags) {
        return new MessageWriter("route: " + what, type, flags).u8(family).u8(bits).u8(0).u8(0).u8(0).u8(protocol)
                .u8(scope).u8(kind).u32(routeFlags);
    }

    static Route decode(NetlinkMessage message, boolean ipv6) throws IOException {
        AttributeReader attributes = message.attributes(BODY_LENGTH);
        InetAddress any = InetAddress.getByAddress(new byte[ipv6 ? 16 : 4]);
        var destination = new IpPrefix(attributes.address(RTA_DST).orElse(any), message.u8(DESTINATION_BITS_OFFSET));
        return new Route(destination, attributes.u32(RTA_TABLE).orElse(0), attributes.u32(RTA_PRIORITY).orElse(0),
                message.u8(PROTOCOL_OFFSET), target(message.u8(TYPE_OFFSET), attributes));
    }

    private static Route.Target target(int type, AttributeReader attributes) throws IOException {
        if (type == TYPE_UNREACHABLE) {
            return new Route.Unreachable();
        }
        if (type == TYPE_THROW) {
            return new Route.Throw();
        }
        if (type != TYPE_UNICAST) {
            return new Route.Other(type);
        }
        int link = attributes.u32(RTA_OIF).orElse(0);
        Optional<InetAddress> source = attributes.address(RTA_PREFSRC);
        Optional<InetAddress> router = attributes.address(RTA_GATEWAY);
        return router.isPresent()
                ? new Route.Gateway(link, router.get(), source)
                : new Route.Device(link, source);
    }
}
