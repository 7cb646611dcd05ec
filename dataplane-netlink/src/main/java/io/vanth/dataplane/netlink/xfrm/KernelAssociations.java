package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The SAs and reserved SPIs of this data plane in the kernel. For one thread.
final class KernelAssociations {
    private static final int SMALLEST_SPI = Spi.MIN;
    private static final int LARGEST_SPI = -1;
    /// RFC 3173 section 3.3: CPIs from 61440 are for private use.
    private static final int LARGEST_CPI = 61_439;

    private final NetlinkSocket socket;
    private final Map<SaId, InstalledSa> installed = new LinkedHashMap<>();
    private final Set<SaId> reserved = new HashSet<>();
    private final Set<SaId> softTold = new HashSet<>();

    KernelAssociations(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// The kernel frees a reserved SPI by itself after `net.core.xfrm_acq_expires` seconds; here it stays taken.
    Spi reserve(SecurityProtocol protocol, InetAddress destination) throws IOException {
        int largest = protocol == SecurityProtocol.IPCOMP ? LARGEST_CPI : LARGEST_SPI;
        while (true) {
            Spi spi = new Spi(allocate(protocol, destination, SMALLEST_SPI, largest));
            SaId id = new SaId(protocol, destination, spi);
            if (!installed.containsKey(id) && reserved.add(id)) {
                return spi;
            }
        }
    }

    private int allocate(SecurityProtocol protocol, InetAddress destination, int min, int max) throws IOException {
        NetlinkMessage answer = socket.query(XfrmSaCodec.allocate(protocol.ipProtocol(), destination,
                OwnNumbers.NO_GROUP, min, max)).orElseThrow(() -> new IOException("the kernel allocated no SPI"));
        return XfrmSaCodec.readId(answer).spi();
    }

    void release(SaId id) throws IOException {
        if (reserved.contains(id)) {
            delete(new XfrmSa.Id(id.protocol().ipProtocol(), id.destination(), id.spi().value()));
            reserved.remove(id);
        }
    }

    /// Adds an SA; where its SPI is reserved, in place of the reservation.
    void add(PreparedSa prepared) throws IOException {
        SaId id = prepared.sa().id();
        if (!reserved.contains(id) || !complete(prepared)) {
            socket.request(prepared.fresh());
        }
        reserved.remove(id);
        installed.put(id, prepared.sa());
    }

    /// False where the kernel has freed the SPI meanwhile.
    private boolean complete(PreparedSa prepared) throws IOException {
        try {
            socket.request(prepared.completed());
            return true;
        } catch (LinuxException refused) {
            if (refused.is(Errno.ESRCH)) {
                return false;
            }
            throw refused;
        }
    }

    /// As if [#add(PreparedSa)] had not been: an inbound SPI is reserved again.
    void undo(InstalledSa sa) throws IOException {
        remove(sa.id());
        if (!sa.isOutbound()) {
            int spi = sa.id().spi().value();
            allocate(sa.id().protocol(), sa.id().destination(), spi, spi);
            reserved.add(sa.id());
        }
    }

    /// Removes an SA; false if there was none.
    boolean remove(SaId id) throws IOException {
        InstalledSa sa = installed.get(id);
        if (sa != null) {
            delete(sa.kernelId());
            forget(id);
        }
        return sa != null;
    }

    private void delete(XfrmSa.Id id) throws IOException {
        try {
            socket.request(XfrmSaCodec.delete(id));
        } catch (LinuxException refused) {
            if (!refused.is(Errno.ESRCH)) {
                throw refused;
            }
        }
    }

    Optional<InstalledSa> find(SaId id) {
        return Optional.ofNullable(installed.get(id));
    }

    Optional<InstalledSa> find(XfrmSa.Id id) {
        return installed.values().stream().filter(sa -> sa.kernelId().equals(id)).findFirst();
    }

    List<InstalledSa> ofGroup(SaGroup group) {
        return installed.values().stream().filter(sa -> sa.group().equals(group)).toList();
    }

    /// The kernel has removed it.
    void forget(SaId id) {
        installed.remove(id);
        softTold.remove(id);
    }

    /// Those of the group that go where the peer of `sa` is, itself among them.
    List<InstalledSa> withPeerOf(InstalledSa sa) {
        return ofGroup(sa.group()).stream().filter(sa::sharesPeer).toList();
    }

    /// Puts SAs to the peer's new address; `between` runs when all are there.
    void move(List<InstalledSa> all, InetSocketAddress peer, Step between) throws IOException, DataPlaneException {
        if (all.isEmpty()) {
            between.run();
        } else {
            move(all.getFirst(), peer, () -> move(all.subList(1, all.size()), peer, between));
        }
    }

    /// Puts an SA to the peer's new address; `between` runs when it is there. The kernel changes ports alone in place.
    /// Else keys, counters and sequence numbers are read back from it and written there again: an outbound SA, which gets
    /// another id, is there twice while `between` runs.
    private void move(InstalledSa before, InetSocketAddress peer, Step between)
            throws IOException, DataPlaneException {
        InstalledSa now = before.at(peer);
        boolean sameId = before.kernelId().equals(now.kernelId());
        NetlinkMessage state = socket.query(XfrmSaCodec.get(before.kernelId()))
                .orElseThrow(() -> new IOException("the kernel told nothing of " + before.id()));
        try {
            if (sameId && before.source().equals(now.source())) {
                send(XfrmSaCodec.otherPorts(state, now.kernelId(), now.source(), ports(now).orElseThrow()));
            } else if (sameId) {
                replace(before, now, state);
            } else {
                send(moved(now, state));
            }
            moveOn(before, now, between);
        } finally {
            state.wipe();
        }
        if (!sameId) {
            delete(before.kernelId());
        }
    }

    /// Where `between` fails the SA is where it was, or, with the same id, where the peer is.
    private void moveOn(InstalledSa before, InstalledSa now, Step between) throws IOException, DataPlaneException {
        installed.put(before.id(), now);
        try {
            between.run();
        } catch (IOException | DataPlaneException refused) {
            if (!before.kernelId().equals(now.kernelId())) {
                installed.put(before.id(), before);
                delete(now.kernelId());
            }
            throw refused;
        }
    }

    /// There is no SA between the two steps: a packet that comes then is lost, as one on the old way would be.
    private void replace(InstalledSa before, InstalledSa now, NetlinkMessage state) throws IOException {
        delete(before.kernelId());
        try {
            send(moved(now, state));
        } catch (IOException refused) {
            send(moved(before, state));
            throw refused;
        }
    }

    private static MessageWriter moved(InstalledSa sa, NetlinkMessage state) throws IOException {
        return XfrmSaCodec.moved(state, sa.kernelId(), sa.source(), ports(sa), sa.isOutbound());
    }

    private void send(MessageWriter keyed) throws IOException {
        try {
            socket.request(keyed);
        } finally {
            keyed.wipe();
        }
    }

    private static Optional<XfrmSa.Ports> ports(InstalledSa sa) {
        return sa.encapsulation().map(udp -> XfrmSa.Ports.of(udp, sa.isOutbound()));
    }

    /// All with their live counters.
    List<SaStatus> statuses() throws IOException {
        Map<XfrmSa.Id, XfrmUsage> usages = new HashMap<>();
        forEach(message -> usages.put(XfrmSaCodec.readId(message), XfrmSaCodec.readUsage(message)));
        var statuses = new ArrayList<SaStatus>();
        for (InstalledSa sa : installed.values()) {
            XfrmUsage usage = usages.get(sa.kernelId());
            statuses.add(sa.status(usage == null ? TrafficCounters.ZERO : usage.counters()));
        }
        return statuses;
    }

    /// What events that nobody heard may have told.
    ///
    /// @param gone those that the kernel has no more
    /// @param due  those at a soft limit that was not told yet
    record Unheard(List<InstalledSa> gone, List<InstalledSa> due) {}

    /// Looks for what events may have told. The kernel forgets what it has asked for, and asks again.
    Unheard unheard(Instant now) throws IOException {
        Map<XfrmSa.Id, Boolean> reached = new HashMap<>();
        forEach(message -> {
            reached.put(XfrmSaCodec.readId(message), XfrmSaCodec.readSoftReached(message, now.getEpochSecond()));
            forgetWaiting(message);
        });
        return new Unheard(installed.values().stream().filter(sa -> !reached.containsKey(sa.kernelId())).toList(),
                installed.values().stream().filter(sa -> reached.getOrDefault(sa.kernelId(), false))
                        .filter(sa -> !softTold.contains(sa.id())).toList());
    }

    /// Whether an SA's soft limit is told for the first time.
    boolean tellSoft(SaId id) {
        return softTold.add(id);
    }

    /// Removes a state of this data plane by which the kernel waits for an SA. As long as it is there, the kernel does not
    /// ask again.
    private void forgetWaiting(NetlinkMessage message) throws IOException {
        XfrmSa.Id id = XfrmSaCodec.readId(message);
        if (id.spi() == 0 && OwnNumbers.isOwn(XfrmSaCodec.readRequestId(message))) {
            boolean compression = id.protocol() == SecurityProtocol.IPCOMP.ipProtocol();
            Optional<NetlinkMessage> named = socket.query(
                    XfrmSaCodec.name(message, SMALLEST_SPI, compression ? LARGEST_CPI : LARGEST_SPI));
            if (named.isPresent()) {
                delete(XfrmSaCodec.readId(named.get()));
            }
        }
    }

    /// Removes all that bear the numbers of this data plane, also those of an earlier run, whose keys nobody knows.
    void removeAll() throws IOException {
        forEach(message -> {
            if (OwnNumbers.isOwn(XfrmSaCodec.readRequestId(message))) {
                delete(XfrmSaCodec.readId(message));
                forgetWaiting(message);
            }
        });
        installed.clear();
        reserved.clear();
        softTold.clear();
    }

    private interface Reading {
        void read(NetlinkMessage message) throws IOException;
    }

    /// The kernel tells the keys too: they are forgotten at once.
    private void forEach(Reading reading) throws IOException {
        List<NetlinkMessage> messages = socket.dump(XfrmSaCodec.dump());
        try {
            for (NetlinkMessage message : messages) {
                reading.read(message);
            }
        } finally {
            messages.forEach(NetlinkMessage::wipe);
        }
    }

    /// Something that may fail.
    interface Step {
        void run() throws IOException, DataPlaneException;
    }
}
