package io.vanth.ike.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Optional;

/// Reads the bodies of payloads. A cursor covers exactly one body; what a payload's fields do not account for is left
/// unread, and the caller takes that for a failure.
///
/// Of the fields that are reserved, only that of the generic header is checked (RFC 2408 section 5.3); no RFC has a rule
/// for receiving the others, which are within the bodies as they came.
final class PayloadReader {
    private static final int ID_IPV4_ADDR = 1;
    private static final int ID_IPV4_ADDR_SUBNET = 4;
    private static final int ID_IPV6_ADDR = 5;
    private static final int ID_IPV6_ADDR_SUBNET = 6;
    private static final int ID_IPV4_ADDR_RANGE = 7;
    private static final int ID_IPV6_ADDR_RANGE = 8;
    private static final int ANY_SIZE = -1;
    private static final int NAT_OA_RESERVED = 3;
    private static final int FRAGMENT_LAST = 1;

    private PayloadReader() {}

    static Payload read(int type, Cursor in) {
        Bytes body = in.peekRest();
        Optional<PayloadType> known = PayloadType.of(type);
        if (known.isEmpty()) {
            return new Payload.Unknown(type, in.rest());
        }
        return switch (known.get()) {
            case SA -> SaReader.read(body, in);
            // These have a meaning only within an SA payload.
            case PROPOSAL, TRANSFORM -> new Payload.Unknown(type, in.rest());
            case KEY_EXCHANGE -> new Payload.KeyExchange(in.rest());
            case IDENTIFICATION -> identification(body, in);
            case CERTIFICATE -> new Payload.Certificate(body, in.u8("certificate encoding"), in.rest());
            case CERTIFICATE_REQUEST -> new Payload.CertificateRequest(body, in.u8("certificate type"), in.rest());
            case HASH -> new Payload.Hash(in.rest());
            case SIGNATURE -> new Payload.Signature(in.rest());
            case NONCE -> new Payload.Nonce(in.rest());
            case NOTIFICATION -> notification(body, in);
            case DELETE -> delete(body, in);
            case VENDOR_ID -> new Payload.VendorId(in.rest());
            case ATTRIBUTES -> modeConfig(body, in);
            case NAT_D, NAT_D_DRAFT -> new Payload.NatDiscovery(type, in.rest());
            case NAT_OA, NAT_OA_DRAFT -> natOriginalAddress(type, body, in);
            case FRAGMENT -> fragment(body, in);
        };
    }

    /// RFC 2407 section 4.6.2; an address has the size of its type.
    private static Payload identification(Bytes body, Cursor in) {
        int start = in.position();
        int idType = in.u8("ID type");
        int protocol = in.u8("ID protocol");
        int port = in.u16("ID port");
        Bytes data = in.rest();
        int size = sizeOfId(idType);
        if (size != ANY_SIZE && size != data.length()) {
            in.fail("ID type %d has %d bytes, not %d".formatted(idType, data.length(), size), start);
        }
        return new Payload.Identification(body, idType, protocol, port, data);
    }

    private static int sizeOfId(int idType) {
        return switch (idType) {
            case ID_IPV4_ADDR -> 4;
            case ID_IPV4_ADDR_SUBNET, ID_IPV4_ADDR_RANGE -> 8;
            case ID_IPV6_ADDR -> 16;
            case ID_IPV6_ADDR_SUBNET, ID_IPV6_ADDR_RANGE -> 32;
            default -> ANY_SIZE;
        };
    }

    /// RFC 2408 section 3.14.
    private static Payload notification(Bytes body, Cursor in) {
        int doi = in.i32("notification DOI");
        int protocol = in.u8("notification protocol");
        int spiSize = in.u8("notification SPI size");
        int notifyType = in.u16("notify type");
        Bytes spi = in.take(spiSize, "notification SPI");
        return new Payload.Notification(body, doi, protocol, spi, notifyType, in.rest());
    }

    /// RFC 2408 section 3.15. SPIs without a size would name nothing, any number of times.
    private static Payload delete(Bytes body, Cursor in) {
        int start = in.position();
        int doi = in.i32("delete DOI");
        int protocol = in.u8("delete protocol");
        int spiSize = in.u8("delete SPI size");
        int count = in.u16("number of SPIs");
        if (count * spiSize != in.remaining() || count > 0 && spiSize == 0) {
            in.fail("%d SPIs of %d bytes are not the %d bytes that remain".formatted(count, spiSize, in.remaining()),
                    start);
        }
        var spis = new ArrayList<Bytes>();
        for (int i = 0; i < count && !in.failed(); i++) {
            spis.add(in.take(spiSize, "SPI"));
        }
        return new Payload.Delete(body, doi, protocol, spiSize, spis);
    }

    /// The attribute payload of the configuration method.
    private static Payload modeConfig(Bytes body, Cursor in) {
        int message = in.u8("attribute message type");
        in.u8("attribute message RESERVED");
        int identifier = in.u16("attribute message identifier");
        return new Payload.ModeConfig(body, message, identifier, AttributeReader.read(in));
    }

    /// RFC 3947 section 5.2: an IPv4 or an IPv6 address.
    private static Payload natOriginalAddress(int type, Bytes body, Cursor in) {
        int start = in.position();
        int idType = in.u8("NAT-OA type");
        in.take(NAT_OA_RESERVED, "NAT-OA RESERVED");
        Bytes address = in.rest();
        if (idType != ID_IPV4_ADDR && idType != ID_IPV6_ADDR || address.length() != sizeOfId(idType)) {
            in.fail("NAT-OA type %d with %d bytes is no address".formatted(idType, address.length()), start);
            return new Payload.Unknown(type, body);
        }
        return new Payload.NatOriginalAddress(type, body, toInetAddress(address));
    }

    private static InetAddress toInetAddress(Bytes address) {
        try {
            return InetAddress.getByAddress(address.toArray());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the size was checked", e);
        }
    }

    /// A fragment id, the number of the piece, flags, and the piece.
    private static Payload fragment(Bytes body, Cursor in) {
        int start = in.position();
        int id = in.u16("fragment id");
        int number = in.u8("fragment number");
        int flags = in.u8("fragment flags");
        Bytes data = in.rest();
        if (data.isEmpty()) {
            in.fail("fragment without data", start);
        }
        return new Payload.Fragment(body, id, number, (flags & FRAGMENT_LAST) != 0, data);
    }
}
