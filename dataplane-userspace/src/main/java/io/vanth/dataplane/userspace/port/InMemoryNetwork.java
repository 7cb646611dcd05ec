package io.vanth.dataplane.userspace.port;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/// A switch between [InMemoryTransport]s that can lose, double and reorder datagrams (by a seeded source of chance, so
/// that a run can be repeated), and translate addresses as a NAT does. Thread-safe.
public final class InMemoryNetwork {
    /// How often something happens to a datagram: chances from 0 to 1.
    public record Impairment(double loss, double duplication, double reordering) {
        /// A perfect network.
        public static final Impairment NONE = new Impairment(0, 0, 0);
    }

    /// A datagram on its way, with the addresses that the receiver sees.
    public record Datagram(InetSocketAddress source, InetSocketAddress destination, byte[] payload) {}

    /// Sees each datagram before anything happens to it.
    @FunctionalInterface
    public interface Tap {
        /// Called on the sender's thread.
        void datagram(Datagram datagram);
    }

    private final Map<InetSocketAddress, InMemoryTransport> transports = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, InetSocketAddress> outside = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, InetSocketAddress> inside = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Tap> taps = new CopyOnWriteArrayList<>();
    private final RandomGenerator chance;
    private volatile int mtu = EspTransport.NO_LIMIT;
    private volatile Impairment impairment = Impairment.NONE;
    private Datagram held;

    /// @param chance decides what happens to each datagram; used by one thread at a time
    public InMemoryNetwork(RandomGenerator chance) {
        this.chance = chance;
    }

    /// Opens a transport on `local`.
    public InMemoryTransport open(InetSocketAddress local) throws IOException {
        return add(new InMemoryTransport(this, List.of(local), false));
    }

    /// Opens a raw transport for all `addresses` of a host.
    public InMemoryTransport openRaw(List<InetAddress> addresses) throws IOException {
        return add(new InMemoryTransport(this,
                addresses.stream().map(address -> new InetSocketAddress(address, 0)).toList(), true));
    }

    private InMemoryTransport add(InMemoryTransport transport) throws IOException {
        for (InetSocketAddress local : transport.locals()) {
            if (transports.putIfAbsent(local, transport) != null) {
                remove(transport);
                throw new IOException(local + " is in use");
            }
        }
        return transport;
    }

    /// From now on this happens to datagrams.
    public void impair(Impairment now) {
        impairment = now;
    }

    /// From now on IP packets of raw transports are lost when they are longer than `bytes` and must not be fragmented; others
    /// arrive, as if they had been fragmented and put together.
    public void narrow(int bytes) {
        mtu = bytes;
    }

    int mtu() {
        return mtu;
    }

    /// From now on `local` is seen by others as `seenAs`; what was seen before leads nowhere.
    public void translate(InetSocketAddress local, InetSocketAddress seenAs) {
        InetSocketAddress before = outside.put(local, seenAs);
        if (before != null) {
            inside.remove(before);
        }
        inside.put(seenAs, local);
    }

    /// Shows all datagrams to `tap`.
    public void tap(Tap tap) {
        taps.add(tap);
    }

    /// Delivers a datagram as it is, whatever the impairment; false when nobody took it.
    public boolean deliver(Datagram datagram) {
        InetSocketAddress destination = inside.getOrDefault(datagram.destination(), datagram.destination());
        InMemoryTransport receiver = transports.get(destination);
        return receiver != null && receiver.offer(datagram);
    }

    boolean send(InetSocketAddress local, InetSocketAddress destination, byte[] payload) {
        Datagram datagram = new Datagram(outside.getOrDefault(local, local), destination, payload);
        for (Tap tap : taps) {
            tap.datagram(datagram);
        }
        return impairment.equals(Impairment.NONE) ? deliver(datagram) : sendImpaired(datagram);
    }

    private synchronized boolean sendImpaired(Datagram datagram) {
        if (chance.nextDouble() < impairment.loss()) {
            return true;
        }
        if (held == null && chance.nextDouble() < impairment.reordering()) {
            held = datagram;
            return true;
        }
        boolean taken = deliver(datagram);
        if (chance.nextDouble() < impairment.duplication()) {
            deliver(datagram);
        }
        if (held != null) {
            deliver(held);
            held = null;
        }
        return taken;
    }

    void remove(InMemoryTransport transport) {
        transport.locals().forEach(local -> transports.remove(local, transport));
    }
}
