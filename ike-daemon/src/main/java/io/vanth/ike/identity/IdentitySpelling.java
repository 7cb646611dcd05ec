package io.vanth.ike.identity;

import io.vanth.ike.wire.Bytes;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// How identities are written in the configuration and in what the operator reads.
final class IdentitySpelling {
    private static final Pattern DOTTED = Pattern.compile("[0-9.]+");
    private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");
    private static final Pattern USER_AT_DOMAIN = Pattern.compile("[^@]+@[^@]+");
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    /// Where the two octets 0xff of an address stand that maps one of IPv4 (RFC 4291 section 2.5.5.2).
    private static final int MAPPED_ONES = 10;
    /// Longer data is cut in what is printed: it cannot be told from noise anyhow.
    private static final int READABLE_BYTES = 256;
    /// Longer names are not parsed for being printed.
    static final int DISTINGUISHED_NAME_BYTES = 2048;

    private IdentitySpelling() {}

    static Identity parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an identity must not be empty");
        }
        if (text.startsWith("@#")) {
            return keyId(text);
        }
        if (text.startsWith("@@")) {
            return named(Identity.USER_FQDN, text, text.substring(2));
        }
        if (text.startsWith("@")) {
            return named(Identity.FQDN, text, text.substring(1));
        }
        if (text.indexOf('=') >= 0) {
            return distinguishedName(text);
        }
        if (BlockSpelling.looksLike(text)) {
            return block(text);
        }
        if (text.indexOf('@') >= 0) {
            return named(Identity.USER_FQDN, text, text);
        }
        if (text.indexOf(':') >= 0 || DOTTED.matcher(text).matches()) {
            return address(text);
        }
        if (!DOMAIN.matcher(text).matches()) {
            throw bad(text, "it is no address, no user@domain and no domain name; other names are written @name");
        }
        return named(Identity.FQDN, text, text);
    }

    private static Identity keyId(String text) {
        try {
            return named(Identity.KEY_ID, text, Bytes.ofHex(text.substring(2)));
        } catch (IllegalArgumentException notHex) {
            throw bad(text, "behind @# a key id is written in pairs of hexadecimal digits");
        }
    }

    private static Identity distinguishedName(String text) {
        try {
            return new Identity(Identity.DER_ASN1_DN, Bytes.owning(NameSpelling.parse(text)));
        } catch (IllegalArgumentException noName) {
            throw bad(text, "it is no distinguished name as C=DE, O=Example, CN=gw");
        }
    }

    private static Identity block(String text) {
        try {
            return BlockSpelling.parse(text);
        } catch (IllegalArgumentException noBlock) {
            throw bad(text, "it is no subnet as 10.1.0.0/24 and no range as 10.1.0.1-10.1.0.9");
        }
    }

    private static Identity address(String text) {
        boolean ipv6 = text.indexOf(':') >= 0;
        if (text.indexOf('%') >= 0 || !ipv6 && !DOTTED_QUAD.matcher(text).matches()) {
            throw bad(text, "it is no IPv4 or IPv6 address; if a name is meant, write @" + text);
        }
        try {
            return ipv6 ? ipv6(text) : Identity.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notAnAddress) {
            throw bad(text, "it is no IPv4 or IPv6 address; if a name is meant, write @" + text);
        }
    }

    /// The JDK makes an IPv4 address of one that maps it; here it stays what was written.
    private static Identity ipv6(String text) {
        byte[] address = Inet6Address.ofLiteral(text).getAddress();
        byte[] octets = new byte[IPV6_BYTES];
        if (address.length < IPV6_BYTES) {
            Arrays.fill(octets, MAPPED_ONES, IPV6_BYTES - address.length, (byte) 0xff);
        }
        System.arraycopy(address, 0, octets, IPV6_BYTES - address.length, address.length);
        return new Identity(Identity.IPV6_ADDR, Bytes.owning(octets));
    }

    private static Identity named(int type, String text, String name) {
        return named(type, text, Bytes.owning(name.getBytes(StandardCharsets.UTF_8)));
    }

    private static Identity named(int type, String text, Bytes data) {
        if (data.isEmpty()) {
            throw bad(text, "it has no name");
        }
        return new Identity(type, data);
    }

    private static IllegalArgumentException bad(String text, String reason) {
        return new IllegalArgumentException("'%s' is no identity: %s".formatted(text, reason));
    }

    static String of(Identity identity) {
        Bytes data = identity.data();
        return switch (identity.type()) {
            case Identity.IPV4_ADDR -> addresses(identity, IPV4_BYTES, 1, "");
            case Identity.IPV6_ADDR -> addresses(identity, IPV6_BYTES, 1, "");
            case Identity.IPV4_ADDR_SUBNET -> addresses(identity, IPV4_BYTES, 2, "/");
            case Identity.IPV6_ADDR_SUBNET -> addresses(identity, IPV6_BYTES, 2, "/");
            case Identity.IPV4_ADDR_RANGE -> addresses(identity, IPV4_BYTES, 2, "-");
            case Identity.IPV6_ADDR_RANGE -> addresses(identity, IPV6_BYTES, 2, "-");
            case Identity.FQDN -> domain(identity);
            case Identity.USER_FQDN -> user(identity);
            case Identity.KEY_ID -> "@#" + hex(data);
            case Identity.DER_ASN1_DN -> distinguishedName(identity);
            default -> unreadable(identity);
        };
    }

    /// What a stranger's name might be taken for gets its `@`: `@10.0.0.1` is a name, not an address. Where that would
    /// make another identity of it, it is shown as bytes.
    private static String domain(Identity identity) {
        String name = escape(identity.data(), "\\\\");
        if (name.startsWith("#") || name.startsWith("@")) {
            return unreadable(identity);
        }
        boolean plain = DOMAIN.matcher(name).matches() && !DOTTED.matcher(name).matches()
                && !BlockSpelling.looksLike(name);
        return plain ? name : "@" + name;
    }

    private static String user(Identity identity) {
        String name = escape(identity.data(), "\\\\");
        boolean plain = USER_AT_DOMAIN.matcher(name).matches() && name.indexOf('=') < 0;
        return plain ? name : "@@" + name;
    }

    private static String addresses(Identity identity, int size, int count, String between) {
        Bytes data = identity.data();
        if (data.length() != size * count) {
            return unreadable(identity);
        }
        String first = address(data.slice(0, size));
        return count == 1 ? first : first + between + second(data.from(size), between);
    }

    /// The other end of a range, or a mask, as a prefix length where it is one.
    private static String second(Bytes data, String between) {
        if (between.equals("-")) {
            return address(data);
        }
        int ones = 0;
        while (ones < data.length() * 8 && bit(data, ones)) {
            ones++;
        }
        for (int rest = ones; rest < data.length() * 8; rest++) {
            if (bit(data, rest)) {
                return address(data);
            }
        }
        return Integer.toString(ones);
    }

    private static boolean bit(Bytes data, int index) {
        return (data.at(index / 8) & 0x80 >> index % 8) != 0;
    }

    private static String address(Bytes data) {
        try {
            // An IPv4-mapped address stays IPv6, as it is on the wire.
            return data.length() == IPV6_BYTES
                    ? Inet6Address.getByAddress(null, data.toArray(), -1).getHostAddress()
                    : InetAddress.getByAddress(data.toArray()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("%d bytes are no address".formatted(data.length()), e);
        }
    }

    private static String distinguishedName(Identity identity) {
        if (identity.data().length() > DISTINGUISHED_NAME_BYTES) {
            return unreadable(identity);
        }
        try {
            String name = NameSpelling.of(identity.data().toArray());
            // The name has its own use for the backslash.
            return escape(Bytes.owning(name.getBytes(StandardCharsets.UTF_8)), "\\");
        } catch (IllegalArgumentException notDer) {
            return unreadable(identity);
        }
    }

    private static String unreadable(Identity identity) {
        return "type %d #%s".formatted(identity.type(), hex(identity.data()));
    }

    private static String hex(Bytes data) {
        return shortened(data).hex() + remark(data);
    }

    /// Printable ASCII as it is, all else as `\xNN` (S-6).
    private static String escape(Bytes data, String backslash) {
        var text = new StringBuilder();
        for (byte each : shortened(data).toArray()) {
            if (each == '\\') {
                text.append(backslash);
            } else if (each >= ' ' && each <= '~') {
                text.append((char) each);
            } else {
                text.append("\\x").append(HexFormat.of().toHexDigits(each));
            }
        }
        return text.append(remark(data)).toString();
    }

    private static Bytes shortened(Bytes data) {
        return data.slice(0, Math.min(data.length(), READABLE_BYTES));
    }

    private static String remark(Bytes data) {
        return data.length() > READABLE_BYTES ? "... (%d bytes)".formatted(data.length()) : "";
    }
}
