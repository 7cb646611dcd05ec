package io.vanth.ike.identity;

import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.util.regex.Pattern;

/// Subnets and ranges of addresses as text: `10.1.0.0/24`, `10.1.0.1-10.1.0.9`.
final class BlockSpelling {
    private static final Pattern SUBNET = Pattern.compile("[0-9a-fA-F.:]+/\\d{1,3}");
    private static final Pattern RANGE = Pattern.compile(
            "\\d+\\.[0-9.]+-\\d+\\.[0-9.]+|[0-9a-fA-F.]*:[0-9a-fA-F.:]*-[0-9a-fA-F.]*:[0-9a-fA-F.:]*");

    private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private BlockSpelling() {}

    /// Whether this is how a subnet or range is written, however right it is.
    static boolean looksLike(String text) {
        return SUBNET.matcher(text).matches() || RANGE.matcher(text).matches();
    }

    /// Throws `IllegalArgumentException` for what is neither.
    static Identity parse(String text) {
        int slash = text.indexOf('/');
        return slash > 0 ? subnet(text, slash) : range(text, text.indexOf('-'));
    }

    private static Identity subnet(String text, int slash) {
        byte[] address = address(text.substring(0, slash));
        int prefix = Integer.parseInt(text.substring(slash + 1));
        if (prefix > address.length * 8) {
            throw new IllegalArgumentException("the prefix is too long");
        }
        byte[] mask = new byte[address.length];
        for (int bit = 0; bit < prefix; bit++) {
            mask[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return new Identity(address.length == 4 ? Identity.IPV4_ADDR_SUBNET : Identity.IPV6_ADDR_SUBNET,
                Bytes.concat(Bytes.of(address), Bytes.of(mask)));
    }

    private static Identity range(String text, int hyphen) {
        byte[] first = address(text.substring(0, hyphen));
        byte[] last = address(text.substring(hyphen + 1));
        if (first.length != last.length) {
            throw new IllegalArgumentException("its ends are of two families");
        }
        return new Identity(first.length == 4 ? Identity.IPV4_ADDR_RANGE : Identity.IPV6_ADDR_RANGE,
                Bytes.concat(Bytes.of(first), Bytes.of(last)));
    }

    private static byte[] address(String text) {
        if (text.indexOf(':') < 0 && !DOTTED_QUAD.matcher(text).matches()) {
            throw new IllegalArgumentException("an address has four numbers");
        }
        return InetAddress.ofLiteral(text).getAddress();
    }
}
