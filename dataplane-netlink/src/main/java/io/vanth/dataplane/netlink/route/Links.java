package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.AttributeReader;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The network interfaces and their addresses.
public final class Links {
    /// Those of [NetlinkSocket#ROUTE] that tell of interfaces: RTNLGRP_LINK.
    public static final int EVENT_GROUPS = 1;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;

    /// `ifinfomsg`: family u8, 1 unused, type u16, index i32, flags u32, mask of changed flags u32
    private static final int LINK_BODY_LENGTH = 16;
    private static final int LINK_INDEX_OFFSET = 4;
    private static final int LINK_FLAGS_OFFSET = 8;
    private static final int IFF_UP = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final String XFRM = "xfrm";
    private static final int IFLA_XFRM_IF_ID = 2;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_AF_SPEC = 26;
    private static final int AF_INET6 = 10;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int IN6_ADDR_GEN_MODE_NONE = 1;
    private static final int IFLA_LINK_NETNSID = 37;
    private static final int IFLA_GSO_MAX_SIZE = 41;
    private static final int IFLA_NEW_NETNSID = 45;

    /// `ifaddrmsg`: family u8, prefix length u8, flags u8, scope u8, interface u32
    private static final int ADDRESS_BODY_LENGTH = 8;
    private static final int ADDRESS_PREFIX_OFFSET = 1;
    private static final int ADDRESS_FLAGS_OFFSET = 2;
    private static final int ADDRESS_LINK_OFFSET = 4;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_F_NODAD = 2;
    private static final int IFA_F_OPTIMISTIC = 4;
    private static final int IFA_F_DADFAILED = 8;
    private static final int IFA_F_TENTATIVE = 0x40;

    private final NetlinkSocket socket;

    /// Works on a [NetlinkSocket#ROUTE] socket, which the caller closes.
    public Links(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// The interface of that name.
    public Optional<NetworkLink> find(String name) throws IOException {
        MessageWriter message = new MessageWriter("RTM_GETLINK " + name, RTM_GETLINK, 0).zeros(LINK_BODY_LENGTH);
        message.attributes().string(IFLA_IFNAME, name);
        try {
            Optional<NetlinkMessage> answer = socket.query(message);
            return answer.isPresent() ? Optional.of(link(answer.get())) : Optional.empty();
        } catch (LinuxException refused) {
            if (refused.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /// An interface that is not there any more.
    ///
    /// @param xfrm  as that of a [NetworkLink]
    /// @param moved whether it is in another network namespace now
    public record Removed(String name, OptionalInt xfrm, boolean moved) {}

    /// What an event tells of, if it is the removal of an interface.
    public static Optional<Removed> removed(NetlinkMessage event) throws IOException {
        if (event.type() != RTM_DELLINK) {
            return Optional.empty();
        }
        NetworkLink gone = link(event);
        return Optional.of(new Removed(gone.name(), gone.xfrm(),
                event.attributes(LINK_BODY_LENGTH).u32(IFLA_NEW_NETNSID).isPresent()));
    }

    /// The number of the XFRM interface that an event tells of, if that is here, as that of a [NetworkLink].
    public static OptionalInt present(NetlinkMessage event) throws IOException {
        return event.type() == RTM_NEWLINK ? link(event).xfrm() : OptionalInt.empty();
    }

    /// All interfaces.
    public List<NetworkLink> list() throws IOException {
        var all = new ArrayList<NetworkLink>();
        for (NetlinkMessage answer : socket.dump(new MessageWriter("RTM_GETLINK", RTM_GETLINK, 0)
                .zeros(LINK_BODY_LENGTH))) {
            all.add(link(answer));
        }
        return all;
    }

    /// Makes an XFRM interface, below which there is no other.
    ///
    /// @param id what SAs and policies know it by; not 0
    public void addXfrm(String name, int id) throws IOException {
        socket.request(newXfrm(name, id));
    }

    static MessageWriter newXfrm(String name, int id) {
        MessageWriter message = new MessageWriter("RTM_NEWLINK %s type xfrm if_id 0x%x".formatted(name, id),
                RTM_NEWLINK, MessageWriter.CREATE | MessageWriter.EXCLUSIVE).zeros(LINK_BODY_LENGTH);
        message.attributes().string(IFLA_IFNAME, name).nested(IFLA_LINKINFO, info -> info
                .bytes(IFLA_INFO_KIND, XFRM.getBytes(StandardCharsets.US_ASCII))
                .nested(IFLA_INFO_DATA, data -> data.u32(IFLA_XFRM_IF_ID, id)));
        return message;
    }

    /// Says something about an interface, which `ip link` shows.
    public void describe(int link, String alias) throws IOException {
        MessageWriter message = new MessageWriter("RTM_NEWLINK interface %d alias '%s'".formatted(link, alias),
                RTM_NEWLINK, 0).u32(0).u32(link).u32(0).u32(0);
        message.attributes().string(IFLA_IFALIAS, alias);
        socket.request(message);
    }

    /// Has the kernel give the interface no IPv6 address by itself: it would send its own packets from it. Does nothing
    /// where it speaks no IPv6 there.
    public void silence(int link) throws IOException {
        MessageWriter message = new MessageWriter("RTM_NEWLINK interface %d addrgenmode none".formatted(link),
                RTM_NEWLINK, 0).u32(0).u32(link).u32(0).u32(0);
        message.attributes().nested(IFLA_AF_SPEC, families -> families.nested(AF_INET6,
                ipv6 -> ipv6.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)));
        try {
            socket.request(message);
        } catch (LinuxException refused) {
            if (!refused.is(Errno.EAFNOSUPPORT)) {
                throw refused;
            }
        }
    }

    /// Sets the MTU in bytes and brings the interface up.
    public void up(int link, int mtu) throws IOException {
        MessageWriter message = new MessageWriter("RTM_NEWLINK interface %d mtu %d up".formatted(link, mtu),
                RTM_NEWLINK, 0).u32(0).u32(link).u32(IFF_UP).u32(IFF_UP);
        message.attributes().u32(IFLA_MTU, mtu);
        socket.request(message);
    }

    /// Sets the longest super-packet (TCP segmentation offload) that the interface is given, in bytes.
    public void limitSuperPackets(int link, int bytes) throws IOException {
        MessageWriter message = new MessageWriter("RTM_NEWLINK interface %d gso_max_size %d".formatted(link, bytes),
                RTM_NEWLINK, 0).u32(0).u32(link).u32(0).u32(0);
        message.attributes().u32(IFLA_GSO_MAX_SIZE, bytes);
        socket.request(message);
    }

    /// Sets how many packets wait at most to be sent through the interface.
    public void queue(int link, int packets) throws IOException {
        MessageWriter message = new MessageWriter("RTM_NEWLINK interface %d txqueuelen %d".formatted(link, packets),
                RTM_NEWLINK, 0).u32(0).u32(link).u32(0).u32(0);
        message.attributes().u32(IFLA_TXQLEN, packets);
        socket.request(message);
    }

    /// Removes an interface.
    public void delete(int link) throws IOException {
        socket.request(
                new MessageWriter("RTM_DELLINK interface " + link, RTM_DELLINK, 0).u32(0).u32(link).u32(0).u32(0));
    }

    /// Gives an interface an address; does nothing where it has it already.
    public void addAddress(LinkAddress added) throws IOException {
        byte[] bytes = added.address().getAddress();
        MessageWriter message = new MessageWriter(
                "RTM_NEWADDR %s/%d".formatted(added.address().getHostAddress(), added.prefixLength()), RTM_NEWADDR,
                MessageWriter.CREATE | MessageWriter.REPLACE).u8(Families.of(added.address()))
                .u8(added.prefixLength()).u8(0).u8(0).u32(added.link());
        message.attributes().bytes(IFA_LOCAL, bytes).bytes(IFA_ADDRESS, bytes).u32(IFA_FLAGS, IFA_F_NODAD);
        socket.request(message);
    }

    /// The addresses of all interfaces, of both families, from which this host may send: without those of IPv6 that may be
    /// another host's (RFC 4862 section 5.4).
    public List<LinkAddress> addresses() throws IOException {
        var addresses = new ArrayList<LinkAddress>();
        for (NetlinkMessage answer : socket
                .dump(new MessageWriter("RTM_GETADDR", RTM_GETADDR, 0).zeros(ADDRESS_BODY_LENGTH))) {
            AttributeReader attributes = answer.attributes(ADDRESS_BODY_LENGTH);
            Optional<InetAddress> local = attributes.address(IFA_LOCAL);
            Optional<InetAddress> address = local.isPresent() ? local : attributes.address(IFA_ADDRESS);
            int flags = attributes.u32(IFA_FLAGS).orElse(answer.u8(ADDRESS_FLAGS_OFFSET));
            if (isUsable(flags)) {
                address.ifPresent(present -> addresses.add(new LinkAddress(answer.u32(ADDRESS_LINK_OFFSET), present,
                        answer.u8(ADDRESS_PREFIX_OFFSET))));
            }
        }
        return addresses;
    }

    private static boolean isUsable(int flags) {
        boolean tentative = (flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) == IFA_F_TENTATIVE;
        return !tentative && (flags & IFA_F_DADFAILED) == 0;
    }

    /// The networks that interfaces are connected to by their addresses, or the other ends of their links; of both
    /// families.
    public List<LinkNetwork> networks() throws IOException {
        var networks = new ArrayList<LinkNetwork>();
        for (NetlinkMessage answer : socket
                .dump(new MessageWriter("RTM_GETADDR", RTM_GETADDR, 0).zeros(ADDRESS_BODY_LENGTH))) {
            AttributeReader attributes = answer.attributes(ADDRESS_BODY_LENGTH);
            int length = answer.u8(ADDRESS_PREFIX_OFFSET);
            attributes.address(IFA_ADDRESS).ifPresent(address -> networks.add(new LinkNetwork(
                    answer.u32(ADDRESS_LINK_OFFSET),
                    new IpPrefix(AddressRange.network(address, length).first(), length))));
        }
        return networks;
    }

    /// Empty too for one whose SAs are in the network namespace that it was taken from.
    private static OptionalInt xfrm(AttributeReader link) throws IOException {
        AttributeReader kind = link.nested(IFLA_LINKINFO);
        return link.u32(IFLA_LINK_NETNSID).isEmpty() && kind.string(IFLA_INFO_KIND).filter(XFRM::equals).isPresent()
                ? kind.nested(IFLA_INFO_DATA).u32(IFLA_XFRM_IF_ID)
                : OptionalInt.empty();
    }

    private static NetworkLink link(NetlinkMessage answer) throws IOException {
        AttributeReader attributes = answer.attributes(LINK_BODY_LENGTH);
        return new NetworkLink(answer.u32(LINK_INDEX_OFFSET), attributes.string(IFLA_IFNAME).orElse(""),
                attributes.u32(IFLA_MTU).orElse(0), (answer.u32(LINK_FLAGS_OFFSET) & IFF_UP) != 0,
                attributes.string(IFLA_IFALIAS).orElse(""), xfrm(attributes));
    }
}
