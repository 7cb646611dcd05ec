package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;

/// Finds the IP packet within a frame of one of the usual link layers.
final class FrameReader {
    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int RAW_BSD = 12;
    private static final int RAW_OPENBSD = 14;
    private static final int RAW = 101;
    private static final int LOOP = 108;
    private static final int LINUX_COOKED = 113;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int LINUX_COOKED_2 = 276;

    private static final int ETHERNET_TYPE_OFFSET = 12;
    private static final int COOKED_TYPE_OFFSET = 14;
    private static final int COOKED_2_TYPE_OFFSET = 0;
    private static final int COOKED_2_HEADER_BYTES = 20;
    private static final int LOOPBACK_HEADER_BYTES = 4;
    private static final int TYPE_BYTES = 2;
    private static final int VLAN_TAG_BYTES = 4;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_VLAN_SERVICE = 0x88a8;
    private static final int TYPE_VLAN_OLD = 0x9100;

    private FrameReader() {}

    static PacketReader.Packet read(CaptureRecord.Frame frame) {
        Bytes data = frame.data();
        boolean cut = data.length() < frame.wireLength();
        return switch (frame.linkType()) {
            case ETHERNET -> typed(data, ETHERNET_TYPE_OFFSET, ETHERNET_TYPE_OFFSET + TYPE_BYTES, cut);
            case LINUX_COOKED -> typed(data, COOKED_TYPE_OFFSET, COOKED_TYPE_OFFSET + TYPE_BYTES, cut);
            case LINUX_COOKED_2 -> typed(data, COOKED_2_TYPE_OFFSET, COOKED_2_HEADER_BYTES, cut);
            case NULL, LOOP -> behind(data, LOOPBACK_HEADER_BYTES, cut);
            case RAW, RAW_BSD, RAW_OPENBSD, IPV4, IPV6 -> PacketReader.read(data, cut);
            default -> PacketReader.other("link type " + frame.linkType());
        };
    }

    /// A header with an Ethernet type at `typeOffset`, and VLAN tags behind it.
    private static PacketReader.Packet typed(Bytes data, int typeOffset, int headerBytes, boolean cut) {
        if (data.length() < headerBytes) {
            return PacketReader.other("a frame of %d bytes".formatted(data.length()));
        }
        int type = data.shortAt(typeOffset);
        int start = headerBytes;
        while (isVlan(type) && start + VLAN_TAG_BYTES <= data.length()) {
            type = data.shortAt(start + VLAN_TAG_BYTES - TYPE_BYTES);
            start += VLAN_TAG_BYTES;
        }
        if (type != TYPE_IPV4 && type != TYPE_IPV6) {
            return PacketReader.other("Ethernet type 0x%04x".formatted(type));
        }
        return PacketReader.read(data.from(start), cut);
    }

    private static boolean isVlan(int type) {
        return type == TYPE_VLAN || type == TYPE_VLAN_SERVICE || type == TYPE_VLAN_OLD;
    }

    /// The address family in front is in the byte order of the capturing machine; the packet's version says the same.
    private static PacketReader.Packet behind(Bytes data, int headerBytes, boolean cut) {
        if (data.length() < headerBytes) {
            return PacketReader.other("a frame of %d bytes".formatted(data.length()));
        }
        return PacketReader.read(data.from(headerBytes), cut);
    }
}
