package io.vanth.ike.policy;

import java.net.Inet6Address;
import java.net.InetAddress;

/// Where our datagrams come from. What is no [Address] may change under way, or not be there.
public sealed interface LocalHost {
    /// Whether it is an IPv6 address; peers of the other family cannot be reached.
    boolean ipv6();

    /// One address, whatever happens.
    record Address(InetAddress address) implements LocalHost {
        @Override
        public boolean ipv6() {
            return address instanceof Inet6Address;
        }

        @Override
        public String toString() {
            return address.getHostAddress();
        }
    }

    /// The address that an interface has.
    record Interface(String name, boolean ipv6) implements LocalHost {
        @Override
        public String toString() {
            return "the %s address of %s".formatted(ipv6 ? "IPv6" : "IPv4", name);
        }
    }

    /// The address from which the host's route leads to the peer.
    record Route(InetAddress peer) implements LocalHost {
        @Override
        public boolean ipv6() {
            return peer instanceof Inet6Address;
        }

        @Override
        public String toString() {
            return "the address towards " + peer.getHostAddress();
        }
    }
}
