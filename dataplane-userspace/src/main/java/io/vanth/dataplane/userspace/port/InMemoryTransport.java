package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.EndpointCache;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/// A UDP socket or the raw sockets of a host without a system, on an [InMemoryNetwork]. Bounded; thread-safe.
public final class InMemoryTransport implements EspTransport {
    /// How many datagrams wait at most.
    public static final int CAPACITY = 8192;

    private static final int NANOS_PER_MILLI = 1_000_000;

    private final InMemoryNetwork network;
    private final List<InetSocketAddress> locals;
    private final boolean raw;
    /// Its own lock too: senders hold that of the transport they send by, and two that send to each other would wait for
    /// each other for ever.
    private final ArrayDeque<InMemoryNetwork.Datagram> incoming = new ArrayDeque<>();
    private final EndpointCache senders = new EndpointCache();
    private boolean wakeup;
    private boolean closed;

    InMemoryTransport(InMemoryNetwork network, List<InetSocketAddress> locals, boolean raw) {
        this.network = network;
        this.locals = List.copyOf(locals);
        this.raw = raw;
    }

    List<InetSocketAddress> locals() {
        return locals;
    }

    boolean offer(InMemoryNetwork.Datagram datagram) {
        synchronized (incoming) {
            if (closed || incoming.size() == CAPACITY) {
                return false;
            }
            incoming.add(datagram);
            incoming.notifyAll();
            return true;
        }
    }

    @Override
    public InetSocketAddress local() {
        return locals.getFirst();
    }

    @Override
    public boolean isRaw() {
        return raw;
    }

    @Override
    public int receive(PacketBatch batch) {
        int added = 0;
        while (batch.room() >= MAX_DATAGRAM) {
            InMemoryNetwork.Datagram next = next();
            if (next == null) {
                break;
            }
            byte[] address = next.source().getAddress().getAddress();
            Endpoint sender = senders.get(address, 0, address.length, next.source().getPort());
            System.arraycopy(next.payload(), 0, batch.bytes(), batch.next(), next.payload().length);
            batch.add(next.payload().length, sender);
            added++;
        }
        return added;
    }

    private InMemoryNetwork.Datagram next() {
        synchronized (incoming) {
            return incoming.poll();
        }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // returning early is allowed
    public void awaitReadable(long timeoutNanos) {
        synchronized (incoming) {
            try {
                if (incoming.isEmpty() && !wakeup && !closed) {
                    if (timeoutNanos < 0) {
                        incoming.wait();
                    } else if (timeoutNanos > 0) {
                        incoming.wait(timeoutNanos / NANOS_PER_MILLI, (int) (timeoutNanos % NANOS_PER_MILLI));
                    }
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            wakeup = false;
        }
    }

    @Override
    public void wakeup() {
        synchronized (incoming) {
            wakeup = true;
            incoming.notifyAll();
        }
    }

    @Override
    public int pathMtu(Endpoint peer) {
        return raw && peer.address().length == Ipv4Header.ADDRESS_LENGTH ? network.mtu() : NO_LIMIT;
    }

    @Override
    public int send(PacketBatch batch) {
        int sent = 0;
        for (int index = 0; index < batch.count(); index++) {
            int offset = batch.offset(index);
            byte[] payload = Arrays.copyOfRange(batch.bytes(), offset, offset + batch.length(index));
            InetSocketAddress peer = batch.peer(index).socketAddress();
            if (passes(payload) && network.send(localFor(peer), peer, payload)) {
                sent++;
            }
        }
        return sent;
    }

    private boolean passes(byte[] payload) {
        return !raw || payload.length <= network.mtu() || IpVersion.of(payload, 0) != IpVersion.V4
                || !Ipv4Header.dontFragment(payload, 0);
    }

    /// The first address of the peer's family.
    private InetSocketAddress localFor(InetSocketAddress peer) {
        return locals.stream()
                .filter(local -> local.getAddress().getClass().equals(peer.getAddress().getClass())).findFirst()
                .orElse(locals.getFirst());
    }

    @Override
    public void close() {
        network.remove(this);
        synchronized (incoming) {
            closed = true;
            incoming.notifyAll();
        }
    }
}
