package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.netlink.message.NetlinkMessage;
import java.net.InetSocketAddress;
import java.net.ProtocolException;

/// Reads what the kernel reports by itself.
///
/// ```
///   ACQUIRE                           EXPIRE                       MAPPING
///   0 +-----------------------+       +---------------------+      +-----------------------------+
///     | id of the SA (24)     |       | SA (224)            |      | destination (16), SPI,      |
///  24 +-----------------------+       |                     |      | family u16, protocol u8, 1  |
///     | source (16)           |       |                     |   24 +-----------------------------+
///  40 +-----------------------+       |                     |      | request id u32              |
///     | selector of the       |       |                     |   28 +-----------------------------+
///     | packet (56)           |       |                     |      | old source (16)             |
///  96 +-----------------------+       |                     |   44 +-----------------------------+
///     | policy (168)          |       |                     |      | new source (16)             |
/// 264 +-----------------------+   224 +---------------------+   60 +-----------------------------+
///     | algorithms, sequence  |       | hard u8             |      | old port, new port: network |
/// 280 +-----------------------+   225 +---------------------+   64 +-----------------------------+
/// ```
final class XfrmEventReader {
    private static final int ACQUIRE_LENGTH = 280;
    private static final int ACQUIRE_SELECTOR_OFFSET = 40;
    private static final int ACQUIRE_POLICY_INDEX_OFFSET = 96 + 156;
    private static final int EXPIRE_LENGTH = 225;
    private static final int EXPIRE_HARD_OFFSET = 224;
    private static final int MAPPING_LENGTH = 64;
    private static final int MAPPING_SPI_OFFSET = 16;
    private static final int MAPPING_FAMILY_OFFSET = 20;
    private static final int MAPPING_PROTOCOL_OFFSET = 22;
    private static final int MAPPING_REQUEST_ID_OFFSET = 24;
    private static final int MAPPING_BEFORE_OFFSET = 28;
    private static final int MAPPING_NOW_OFFSET = 44;
    private static final int MAPPING_PORT_BEFORE_OFFSET = 60;
    private static final int MAPPING_PORT_NOW_OFFSET = 62;

    private XfrmEventReader() {}

    /// The event that a message bears.
    static XfrmEvent read(NetlinkMessage message) throws ProtocolException {
        return switch (message.type()) {
            case Xfrm.ACQUIRE -> acquire(message);
            case Xfrm.EXPIRE -> new XfrmEvent.Expire(XfrmSaCodec.readId(message),
                    XfrmSaCodec.readRequestId(message),
                    new StructureReader("expiry", message.payload(), EXPIRE_LENGTH).u8(EXPIRE_HARD_OFFSET) != 0);
            case Xfrm.MAPPING -> mapping(message);
            default -> new XfrmEvent.Unknown(message.type());
        };
    }

    private static XfrmEvent acquire(NetlinkMessage message) throws ProtocolException {
        StructureReader in = new StructureReader("acquire", message.payload(), ACQUIRE_LENGTH);
        XfrmSelector packet = XfrmSelector.read(in, ACQUIRE_SELECTOR_OFFSET)
                .orElseThrow(() -> new ProtocolException("acquire for a packet of no family"));
        return new XfrmEvent.Acquire(in.u32(ACQUIRE_POLICY_INDEX_OFFSET), packet.source().address(),
                packet.destination().address(), packet.protocol());
    }

    private static XfrmEvent mapping(NetlinkMessage message) throws ProtocolException {
        StructureReader in = new StructureReader("mapping", message.payload(), MAPPING_LENGTH);
        boolean ipv6 = Xfrm.isIpv6(in.u16(MAPPING_FAMILY_OFFSET));
        return new XfrmEvent.Mapping(
                new XfrmSa.Id(in.u8(MAPPING_PROTOCOL_OFFSET), in.address(0, ipv6), in.networkU32(MAPPING_SPI_OFFSET)),
                in.u32(MAPPING_REQUEST_ID_OFFSET),
                new InetSocketAddress(in.address(MAPPING_BEFORE_OFFSET, ipv6),
                        in.networkU16(MAPPING_PORT_BEFORE_OFFSET)),
                new InetSocketAddress(in.address(MAPPING_NOW_OFFSET, ipv6), in.networkU16(MAPPING_PORT_NOW_OFFSET)));
    }
}
