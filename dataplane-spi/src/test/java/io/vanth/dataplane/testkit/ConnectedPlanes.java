package io.vanth.dataplane.testkit;

import io.vanth.dataplane.DataPlane;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// Two open data planes with a network between them, as a data plane supplies them to [DataPlaneContract].
public interface ConnectedPlanes extends AutoCloseable {
    /// One host.
    ///
    /// @param plane  its data plane; where it owns the NAT traversal port, that is open on `outer`
    /// @param events what the data plane reported
    /// @param outer  the address of its packets; the port is 0 where ESP goes without UDP
    /// @param inner  where the protected host sits
    record Side(DataPlane plane, EventLog events, InetSocketAddress outer, InnerSide inner) {}

    /// The clear side of a data plane.
    interface InnerSide {
        /// Hands a clear IP packet to the data plane.
        void send(byte[] packet);

        /// Takes the oldest packet that came out of the data plane, waiting at most `timeout` for one.
        Optional<byte[]> take(Duration timeout) throws InterruptedException;
    }

    /// One host.
    Side left();

    /// The other host.
    Side right();

    /// How long `time` is taken for here: less than itself where it really has to pass.
    default Duration scaled(Duration time) {
        return time;
    }

    /// Whether a limit of packets or bytes is reported with the packet that reaches it; else with the next one, which a
    /// hard limit drops.
    default boolean limitsAtOnce() {
        return true;
    }

    /// Whether each SA counts the inner packets that its selectors refuse, and not as carried; else the data plane counts
    /// them together, as this counter.
    default Optional<String> sharedSelectorDrops() {
        return Optional.empty();
    }

    /// The same of inner packets that no policy of the SA's group decides about, where the SA has no selectors.
    default Optional<String> sharedPolicyDrops() {
        return Optional.empty();
    }

    /// Lets time pass for both data planes, where it does not pass by itself.
    void advance(Duration time);

    /// The IP protocol of the last packet that went sealed from left to right: UDP where ESP is in it.
    int lastOuterProtocol();

    /// Delivers the last sealed packet from left to right once more.
    void replayLast();

    @Override
    void close();
}
