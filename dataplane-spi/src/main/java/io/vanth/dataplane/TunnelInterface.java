package io.vanth.dataplane;

import java.util.regex.Pattern;

/// A network interface of its own for the traffic of route-based tunnels: what the host routes into it goes through
/// them, what comes out of them comes from it.
///
/// The data plane makes it with the first policy that names it, and brings it up; addresses and routes are the
/// operator's, or a routing daemon's. It goes with the last such policy. When the daemon stops or dies it stays, so that
/// routes stay and packets end there; the next run takes it over, and removes it when it settles without a policy for it.
///
/// @param name 1 to 15 characters
/// @param mtu  in bytes
public record TunnelInterface(String name, int mtu) {
    /// What an interface name looks like: of what the kernel takes, which forbids `/`, blanks and the names `.` and `..`,
    /// that of which no tool makes anything else.
    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,15}");
    /// Every IPv6 link takes 1280 (RFC 8200 section 5), every IPv4 one 68 (RFC 791).
    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_535;

    public TunnelInterface {
        if (!isName(name)) {
            throw new IllegalArgumentException("'%s' is no name of a network interface".formatted(name));
        }
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new IllegalArgumentException("an MTU is %d to %d bytes, not %d".formatted(MIN_MTU, MAX_MTU, mtu));
        }
    }

    /// Whether an interface can have this name.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }
}
