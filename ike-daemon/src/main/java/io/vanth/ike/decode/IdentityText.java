package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import javax.security.auth.x500.X500Principal;

/// What an identification payload says, for people; the reader has checked that an address has its size.
final class IdentityText {
    private static final int IPV4_ADDR = 1;
    private static final int FQDN = 2;
    private static final int USER_FQDN = 3;
    private static final int IPV4_ADDR_SUBNET = 4;
    private static final int IPV6_ADDR = 5;
    private static final int IPV6_ADDR_SUBNET = 6;
    private static final int IPV4_ADDR_RANGE = 7;
    private static final int IPV6_ADDR_RANGE = 8;
    private static final int DER_ASN1_DN = 9;
    private static final int KEY_ID = 11;

    private IdentityText() {}

    static String of(Payload.Identification identification) {
        Bytes data = identification.data();
        return switch (identification.idType()) {
            case IPV4_ADDR, IPV6_ADDR -> address(data);
            case IPV4_ADDR_SUBNET, IPV6_ADDR_SUBNET -> halves(data, "/");
            case IPV4_ADDR_RANGE, IPV6_ADDR_RANGE -> halves(data, "-");
            case FQDN, USER_FQDN, KEY_ID -> EscapedText.of(data);
            case DER_ASN1_DN -> distinguishedName(data);
            default -> data.hex();
        };
    }

    private static String halves(Bytes data, String between) {
        int half = data.length() / 2;
        return address(data.slice(0, half)) + between + address(data.from(half));
    }

    private static String address(Bytes data) {
        try {
            return InetAddress.getByAddress(data.toArray()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of %d bytes".formatted(data.length()), e);
        }
    }

    private static String distinguishedName(Bytes data) {
        try {
            String name = new X500Principal(data.toArray()).getName();
            return EscapedText.of(Bytes.owning(name.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException notADistinguishedName) {
            return data.hex();
        }
    }
}
