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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The kernel's routing rules, which choose the table that a packet's route is looked for in.
///
/// ```
///  0                   1                   2                   3
/// +---------------+---------------+---------------+---------------+
/// |    family     | bits of dest. | bits of source|      TOS      |
/// +---------------+---------------+---------------+---------------+
/// |     table     |           unused              |    action     |
/// +---------------+-------------------------------+---------------+
/// |                             flags                             |
/// +---------------------------------------------------------------+
/// ```
public final class RoutingRules {
    private static final int RTM_NEWRULE = 32;
    private static final int RTM_DELRULE = 33;
    private static final int RTM_GETRULE = 34;
    private static final int BODY_LENGTH = 12;
    private static final int DESTINATION_BITS_OFFSET = 1;
    private static final int SOURCE_BITS_OFFSET = 2;
    private static final int ACTION_OFFSET = 7;
    private static final int FRA_DST = 1;
    private static final int FRA_SRC = 2;
    private static final int FRA_IIFNAME = 3;
    private static final int FRA_GOTO = 4;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_FWMARK = 10;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FRA_FWMASK = 16;
    private static final int FRA_PROTOCOL = 21;
    private static final int FRA_IP_PROTO = 22;
    private static final int FRA_SPORT_RANGE = 23;
    private static final int FRA_DPORT_RANGE = 24;
    private static final int ALL_BITS = -1;
    private static final int NONE_IGNORED = -1;
    private static final int ACTION_LOOKUP = 1;
    private static final int ACTION_GOTO = 2;
    private static final int ACTION_NOTHING = 3;

    private final NetlinkSocket socket;

    /// Works on a [NetlinkSocket#ROUTE] socket, which the caller closes.
    public RoutingRules(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// Adds a rule; false if it was there already.
    public boolean add(RoutingRule rule) throws IOException {
        try {
            socket.request(encode("add", rule, RTM_NEWRULE, MessageWriter.CREATE | MessageWriter.EXCLUSIVE));
            return true;
        } catch (LinuxException refused) {
            if (refused.is(Errno.EEXIST)) {
                return false;
            }
            throw refused;
        }
    }

    /// Removes a rule; false if there was none.
    public boolean delete(RoutingRule rule) throws IOException {
        try {
            socket.request(encode("delete", rule, RTM_DELRULE, 0));
            return true;
        } catch (LinuxException refused) {
            if (refused.is(Errno.ENOENT)) {
                return false;
            }
            throw refused;
        }
    }

    /// All rules of a family that `protocol` made.
    public List<RoutingRule> list(boolean ipv6, int protocol) throws IOException {
        MessageWriter message = new MessageWriter("rule: list", RTM_GETRULE, 0).u8(Families.of(ipv6))
                .zeros(BODY_LENGTH - 1);
        var rules = new ArrayList<RoutingRule>();
        for (NetlinkMessage answer : socket.dump(message)) {
            RoutingRule rule = decode(answer, ipv6);
            if (rule.protocol() == protocol) {
                rules.add(rule);
            }
        }
        return rules;
    }

    static MessageWriter encode(String what, RoutingRule rule, int type, int flags) {
        RoutingRule.Match match = rule.match();
        int action = switch (rule.action()) {
            case RoutingRule.Lookup _,RoutingRule.LookupLonger _ -> ACTION_LOOKUP;
            case RoutingRule.GoTo _ -> ACTION_GOTO;
            case RoutingRule.Nothing _ -> ACTION_NOTHING;
            case RoutingRule.Other(int number) -> number;
        };
        MessageWriter message = new MessageWriter("rule: %s %d".formatted(what, rule.priority()), type, flags)
                .u8(Families.of(rule.ipv6())).u8(match.to().map(IpPrefix::length).orElse(0))
                .u8(match.from().map(IpPrefix::length).orElse(0)).u8(0).u8(0).u16(0).u8(action).u32(0);
        AttributeWriter attributes = message.attributes().u32(FRA_PRIORITY, rule.priority()).u8(FRA_PROTOCOL,
                rule.protocol());
        match.to().ifPresent(to -> attributes.bytes(FRA_DST, to.address().getAddress()));
        match.from().ifPresent(from -> attributes.bytes(FRA_SRC, from.address().getAddress()));
        match.link().ifPresent(link -> attributes.string(FRA_IIFNAME, link));
        match.mark().ifPresent(mark -> attributes.u32(FRA_FWMARK, mark).u32(FRA_FWMASK, ALL_BITS));
        match.ipProtocol().ifPresent(number -> attributes.u8(FRA_IP_PROTO, number));
        match.sourcePorts().ifPresent(ports -> ports(attributes, FRA_SPORT_RANGE, ports));
        match.destinationPorts().ifPresent(ports -> ports(attributes, FRA_DPORT_RANGE, ports));
        switch (rule.action()) {
            case RoutingRule.Lookup(int table) -> attributes.u32(FRA_TABLE, table);
            case RoutingRule.LookupLonger(int table, int ignored) ->
                attributes.u32(FRA_TABLE, table).u32(FRA_SUPPRESS_PREFIXLEN, ignored);
            case RoutingRule.GoTo(int priority) -> attributes.u32(FRA_GOTO, priority);
            case RoutingRule.Nothing _,RoutingRule.Other _ -> {
            }
        }
        return message;
    }

    private static void ports(AttributeWriter attributes, int type, RoutingRule.Ports ports) {
        attributes.structure(type, message -> message.u16(ports.first()).u16(ports.last()));
    }

    static RoutingRule decode(NetlinkMessage message, boolean ipv6) throws IOException {
        AttributeReader attributes = message.attributes(BODY_LENGTH);
        int number = message.u8(ACTION_OFFSET);
        RoutingRule.Action action = switch (number) {
            case ACTION_LOOKUP -> lookup(attributes);
            case ACTION_GOTO -> new RoutingRule.GoTo(attributes.u32(FRA_GOTO).orElse(0));
            case ACTION_NOTHING -> new RoutingRule.Nothing();
            default -> new RoutingRule.Other(number);
        };
        var match = new RoutingRule.Match(prefix(attributes, FRA_SRC, message.u8(SOURCE_BITS_OFFSET)),
                prefix(attributes, FRA_DST, message.u8(DESTINATION_BITS_OFFSET)), attributes.string(FRA_IIFNAME),
                boxed(attributes.u32(FRA_FWMARK)), boxed(attributes.u8(FRA_IP_PROTO)),
                ports(attributes, FRA_SPORT_RANGE), ports(attributes, FRA_DPORT_RANGE));
        return new RoutingRule(ipv6, attributes.u32(FRA_PRIORITY).orElse(0), attributes.u8(FRA_PROTOCOL).orElse(0),
                match, action);
    }

    private static RoutingRule.Action lookup(AttributeReader attributes) {
        int table = attributes.u32(FRA_TABLE).orElse(0);
        int ignored = attributes.u32(FRA_SUPPRESS_PREFIXLEN).orElse(NONE_IGNORED);
        return ignored == NONE_IGNORED
                ? new RoutingRule.Lookup(table)
                : new RoutingRule.LookupLonger(table, ignored);
    }

    private static Optional<Integer> boxed(OptionalInt number) {
        return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
    }

    private static Optional<IpPrefix> prefix(AttributeReader attributes, int type, int bits) throws IOException {
        Optional<InetAddress> address = attributes.address(type);
        return address.map(present -> new IpPrefix(present, bits));
    }

    private static Optional<RoutingRule.Ports> ports(AttributeReader attributes, int type) {
        return attributes.bytes(type).map(bytes -> {
            ByteBuffer range = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            return new RoutingRule.Ports(Short.toUnsignedInt(range.getShort(0)),
                    Short.toUnsignedInt(range.getShort(Short.BYTES)));
        });
    }
}
