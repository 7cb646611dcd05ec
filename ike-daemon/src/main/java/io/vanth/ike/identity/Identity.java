package io.vanth.ike.identity;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;

/// A phase 1 identity as it goes over the wire (RFC 2407 section 4.6.2).
public record Identity(int type, Bytes data) {
    public static final int IPV4_ADDR = 1;
    public static final int FQDN = 2;
    public static final int USER_FQDN = 3;
    public static final int IPV4_ADDR_SUBNET = 4;
    public static final int IPV6_ADDR = 5;
    public static final int IPV6_ADDR_SUBNET = 6;
    public static final int IPV4_ADDR_RANGE = 7;
    public static final int IPV6_ADDR_RANGE = 8;
    public static final int DER_ASN1_DN = 9;
    public static final int KEY_ID = 11;

    /// Reads what the config says: an address, a subnet `10.1.0.0/24` or range `10.1.0.1-10.1.0.9`, a distinguished name `C=DE,
    /// O=Example, CN=gw` in the order of its encoding, `user@domain`, `@#hex` for a key id, `@name` or a domain name, and
    /// `@@name` for a user name without `@`. Never asks a name server; throws `IllegalArgumentException` with the reason.
    public static Identity parse(String text) {
        return IdentitySpelling.parse(text);
    }

    /// The identity of an address.
    public static Identity of(InetAddress address) {
        return new Identity(address.getAddress().length == 4 ? IPV4_ADDR : IPV6_ADDR, Bytes.of(address.getAddress()));
    }

    /// The identity of the unspecified address, which no gateway has.
    public static Identity unspecified(boolean ipv6) {
        return new Identity(ipv6 ? IPV6_ADDR : IPV4_ADDR, Bytes.owning(new byte[ipv6 ? 16 : 4]));
    }

    /// Whether `presented` is this one. Domain names are compared without case, distinguished names as RFC 5280 section 7.1
    /// says, whatever the types of their strings; where this one has `*` as the value of an attribute, any value fits.
    /// All others are compared byte by byte.
    public boolean matches(Identity presented) {
        return IdentityMatcher.matches(this, presented);
    }

    /// As [#matches(Identity)], but `*` is only a star: for names that somebody else wrote.
    public boolean isSame(Identity other) {
        return IdentityMatcher.isSame(this, other);
    }

    /// The payload that carries it; protocol and port are left open.
    public Payload.Identification payload() {
        return Payload.Identification.of(type, 0, 0, data);
    }

    /// The identity in a payload.
    public static Identity of(Payload.Identification payload) {
        return new Identity(payload.idType(), payload.data());
    }

    /// What [#parse(String)] reads, where it has a spelling for this type. Everything but printable ASCII is escaped, as
    /// the text may be a stranger's.
    @Override
    public String toString() {
        return IdentitySpelling.of(this);
    }
}
