package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.io.IOException;
import java.net.InetSocketAddress;

/// Carries datagrams in batches without looking at them. It is a bound UDP socket, whose datagrams are ESP, IKE with the
/// non-ESP marker and keepalives alike, or it is raw ([#isRaw()]): then its datagrams are whole IP packets with ESP, AH or
/// IPComp behind the IP header, and the ports of all endpoints are 0.
///
/// One thread receives and waits, one other thread at a time sends. Any thread may wake the receiver. Close it after the threads
/// that use it have ended.
public interface EspTransport extends AutoCloseable {
    /// The largest UDP payload over IPv4, and what one coalesced receive delivers at most.
    int MAX_DATAGRAM = 65_507;
    /// Whatever is too long is cut on its way out.
    int NO_LIMIT = Integer.MAX_VALUE;

    /// The bound address, with the real port.
    InetSocketAddress local();

    /// Whether its datagrams are IP packets.
    default boolean isRaw() {
        return false;
    }

    /// The length of the longest IP packet that goes to `peer` in one piece, as far as the system knows: by the link's MTU
    /// and by what routers have said. Asking takes calls of the system.
    default int pathMtu(Endpoint peer) {
        return NO_LIMIT;
    }

    /// Appends datagrams that have come, as many as are there and fit, each with its sender: `batch` must have room for
    /// [#MAX_DATAGRAM] bytes before each call of the system. A coalesced receive becomes datagrams back to back. Never
    /// blocks.
    ///
    /// @return how many datagrams were added; 0 when none is there
    /// @throws IOException when the socket is dead; an error that one datagram caused (as ECONNREFUSED by ICMP) is none
    int receive(PacketBatch batch) throws IOException;

    /// Waits until [#receive(PacketBatch)] has something or [#wakeup()] was called, at most `timeoutNanos` (negative: no
    /// limit). A wake-up that came while nobody waited ends the next wait at once. May return early without a reason.
    void awaitReadable(long timeoutNanos) throws IOException;

    /// Ends a present or the next [#awaitReadable(long)].
    void wakeup();

    /// Sends all datagrams of `batch` to their peers, runs (see [PacketBatch#runEnd(int, int, int)]) with one call where
    /// the system can. Never blocks.
    ///
    /// @return how many datagrams the system took; the others are lost
    /// @throws IOException when the socket is dead; an unreachable peer only makes the result smaller
    int send(PacketBatch batch) throws IOException;

    /// Closes the socket.
    @Override
    void close();
}
