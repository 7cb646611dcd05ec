package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.netlink.message.AttributeReader;
import io.vanth.dataplane.netlink.message.AttributeWriter;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Messages about policies.
///
/// ```
///   0 +---------------------------------------------------------------+
///     |                 selector (56), see XfrmSelector               |
///  56 +---------------------------------------------------------------+
///     |           limits (64) and usage (32), see XfrmSaCodec         |
/// 152 +-------------------------------+-------------------------------+
///     |          priority u32         |           index u32           |
/// 160 +---------------+---------------+---------------+---------------+
///     | direction u8  |   action u8   |   flags u8    |   share u8    |
/// 164 +---------------+---------------+---------------+---------------+
///     |                           4 unused                            |
/// 168 +---------------------------------------------------------------+
/// ```
///
/// and each template of the attribute:
///
/// ```
///   0 +---------------------------------------------------------------+
///     |    destination (16), SPI in network order, protocol u8, 3     |
///  24 +-------------------------------+-------------------------------+
///     |          family u16           |           2 unused            |
///  28 +-------------------------------+-------------------------------+
///     |                          source (16)                          |
///  44 +---------------------------------------------------------------+
///     |                        request id u32                         |
///  48 +---------------+---------------+---------------+---------------+
///     |    mode u8    |   share u8    |  optional u8  |    1 unused   |
///  52 +---------------+---------------+---------------+---------------+
///     |  bits of what integrity, ciphers, compressions are allowed,   |
///     |                          each u32                             |
///  64 +---------------------------------------------------------------+
/// ```
final class XfrmPolicyCodec {
    static final int LENGTH = 168;
    private static final int USAGE_LENGTH = 32;
    private static final int PRIORITY_OFFSET = 152;
    private static final int INDEX_OFFSET = 156;
    private static final int WAY_OFFSET = 160;
    private static final int ACTION_OFFSET = 161;
    private static final int TAIL_PADDING = 4;
    private static final int ALLOW = 0;
    private static final int BLOCK = 1;

    private static final int TEMPLATE_LENGTH = 64;
    private static final int TEMPLATE_PROTOCOL_OFFSET = 20;
    private static final int TEMPLATE_FAMILY_OFFSET = 24;
    private static final int TEMPLATE_SOURCE_OFFSET = 28;
    private static final int TEMPLATE_REQUEST_ID_OFFSET = 44;
    private static final int TEMPLATE_MODE_OFFSET = 48;
    private static final int TEMPLATE_OPTIONAL_OFFSET = 50;
    private static final int ALL_ALGORITHMS = -1;
    private static final int MARK_LENGTH = 8;
    private static final int MARK_MASK_OFFSET = 4;

    private XfrmPolicyCodec() {}

    /// The message that adds a policy, or with `replace` puts it in the place of the one for the same packets.
    static MessageWriter add(XfrmPolicy policy, boolean replace) {
        MessageWriter message = new MessageWriter("%s %s %s -> %s".formatted(
                replace ? "XFRM_MSG_UPDPOLICY" : "XFRM_MSG_NEWPOLICY", policy.way(), policy.selector().source(),
                policy.selector().destination()), replace ? Xfrm.UPDPOLICY : Xfrm.NEWPOLICY,
                MessageWriter.CREATE | MessageWriter.EXCLUSIVE);
        policy.selector().write(message);
        for (int limit = 0; limit < Xfrm.LIFETIME_LENGTH / Long.BYTES; limit++) {
            message.u64(limit < 4 ? Xfrm.UNLIMITED : 0);
        }
        message.zeros(USAGE_LENGTH).u32(policy.priority()).u32(policy.index()).u8(policy.way().number())
                .u8(policy.allow() ? ALLOW : BLOCK).u8(0).u8(0).zeros(TAIL_PADDING);
        AttributeWriter out = message.attributes();
        if (!policy.templates().isEmpty()) {
            out.structure(Xfrm.TMPL, body -> policy.templates().forEach(template -> write(body, template)));
        }
        common(out, policy);
        return message;
    }

    private static void write(MessageWriter out, XfrmPolicy.Template template) {
        address(out, template.destination());
        out.networkU32(0).u8(template.protocol().ipProtocol()).zeros(3).u16(Xfrm.family(template.ipv6())).u16(0);
        address(out, template.source());
        out.u32(template.requestId()).u8(template.mode() == Mode.TUNNEL ? Xfrm.MODE_TUNNEL : Xfrm.MODE_TRANSPORT)
                .u8(0).u8(template.optional() ? 1 : 0).u8(0).u32(ALL_ALGORITHMS).u32(ALL_ALGORITHMS)
                .u32(ALL_ALGORITHMS);
    }

    private static void address(MessageWriter out, Optional<InetAddress> address) {
        address.ifPresentOrElse(known -> Xfrm.address(out, known), () -> out.zeros(Xfrm.ADDRESS_LENGTH));
    }

    private static void common(AttributeWriter out, XfrmPolicy policy) {
        policy.mark().ifPresent(mark -> out.structure(Xfrm.MARK, value -> value.u32(mark.value()).u32(mark.mask())));
        if (policy.interfaceId() != 0) {
            out.u32(Xfrm.IF_ID, policy.interfaceId());
        }
    }

    /// The message that removes a policy by its number. `xfrm_userpolicy_id`: selector (56), index u32, direction u8, 3
    /// unused
    static MessageWriter delete(XfrmPolicy policy) {
        MessageWriter message = new MessageWriter("XFRM_MSG_DELPOLICY %s %s -> %s".formatted(policy.way(),
                policy.selector().source(), policy.selector().destination()), Xfrm.DELPOLICY, 0);
        policy.selector().write(message);
        message.u32(policy.index()).u8(policy.way().number()).zeros(3);
        common(message.attributes(), policy);
        return message;
    }

    /// The message that asks for all policies.
    static MessageWriter dump() {
        return new MessageWriter("XFRM_MSG_GETPOLICY all", Xfrm.GETPOLICY, 0);
    }

    /// The number of a policy, which says whose it is.
    static int readIndex(NetlinkMessage message) throws ProtocolException {
        return new StructureReader("policy", message.payload(), LENGTH).u32(INDEX_OFFSET);
    }

    /// The policy that an answer describes.
    ///
    /// @throws ProtocolException where it is none that this codec could have written: a policy of a socket, for instance
    static XfrmPolicy read(NetlinkMessage message) throws ProtocolException {
        StructureReader in = new StructureReader("policy", message.payload(), LENGTH);
        XfrmSelector selector = XfrmSelector.read(in, 0)
                .orElseThrow(() -> new ProtocolException("policy for packets of no family"));
        AttributeReader attributes = message.attributes(LENGTH);
        return new XfrmPolicy(selector, way(in.u8(WAY_OFFSET)), in.u32(INDEX_OFFSET), in.u32(PRIORITY_OFFSET),
                in.u8(ACTION_OFFSET) == ALLOW, templates(attributes.bytes(Xfrm.TMPL).orElse(new byte[0])),
                mark(attributes), attributes.u32(Xfrm.IF_ID).orElse(0));
    }

    private static List<XfrmPolicy.Template> templates(byte[] bytes) throws ProtocolException {
        if (bytes.length % TEMPLATE_LENGTH != 0) {
            throw new ProtocolException("templates of %d bytes".formatted(bytes.length));
        }
        var templates = new ArrayList<XfrmPolicy.Template>();
        for (int at = 0; at < bytes.length; at += TEMPLATE_LENGTH) {
            var in = new StructureReader("template", Arrays.copyOfRange(bytes, at, at + TEMPLATE_LENGTH),
                    TEMPLATE_LENGTH);
            boolean ipv6 = Xfrm.isIpv6(in.u16(TEMPLATE_FAMILY_OFFSET));
            templates.add(new XfrmPolicy.Template(protocol(in.u8(TEMPLATE_PROTOCOL_OFFSET)),
                    in.u8(TEMPLATE_MODE_OFFSET) == Xfrm.MODE_TRANSPORT ? Mode.TRANSPORT : Mode.TUNNEL,
                    known(in.address(0, ipv6)), known(in.address(TEMPLATE_SOURCE_OFFSET, ipv6)), ipv6,
                    in.u32(TEMPLATE_REQUEST_ID_OFFSET), in.u8(TEMPLATE_OPTIONAL_OFFSET) != 0));
        }
        return templates;
    }

    private static XfrmPolicy.Way way(int number) throws ProtocolException {
        return Arrays.stream(XfrmPolicy.Way.values()).filter(each -> each.number() == number).findFirst()
                .orElseThrow(() -> new ProtocolException("policy of direction " + number));
    }

    private static SecurityProtocol protocol(int number) throws ProtocolException {
        return Arrays.stream(SecurityProtocol.values()).filter(each -> each.ipProtocol() == number).findFirst()
                .orElseThrow(() -> new ProtocolException("template of IP protocol " + number));
    }

    private static Optional<InetAddress> known(InetAddress address) {
        return address.isAnyLocalAddress() ? Optional.empty() : Optional.of(address);
    }

    private static Optional<XfrmSa.Mark> mark(AttributeReader attributes) throws ProtocolException {
        Optional<byte[]> bytes = attributes.bytes(Xfrm.MARK);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        StructureReader in = new StructureReader("mark", bytes.get(), MARK_LENGTH);
        return Optional.of(new XfrmSa.Mark(in.u32(0), in.u32(MARK_MASK_OFFSET)));
    }
}
