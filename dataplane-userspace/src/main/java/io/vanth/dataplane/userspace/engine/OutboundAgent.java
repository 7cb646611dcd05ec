package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.offload.ChecksumCompletion;
import io.vanth.dataplane.userspace.offload.FragmentAssembly;
import io.vanth.dataplane.userspace.offload.Segmenter;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.spd.FlowCache;
import io.vanth.dataplane.userspace.spd.PolicyDatabase;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import io.vanth.dataplane.userspace.tun.TunDevice;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.PacketTooBig;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The way out: TUN → policy → SA (none: ask for one and hold the packet) → segments → layer after layer ([OutboundLayers]) → socket.
final class OutboundAgent extends Agent {
    private static final int INPUT_PACKETS = 256;
    private static final int INPUT_BYTES = 320 * 1024;
    private static final int ASSEMBLED_BYTES = 68 * 1024;
    private static final int ANSWERS = 16;
    private static final int ANSWERS_PER_SECOND = 100;
    private static final long NO_LIMIT = -1;

    private final TunDevice tun;
    private final Tables tables;
    private final EngineProxy commands;
    private final ControlProxy control;
    private final InstantSource clock;
    private final AgentCounters counters;
    private final PacketBatch input = new PacketBatch(INPUT_PACKETS, INPUT_BYTES, TunDevice.HEADROOM,
            EspSealer.TAILROOM);
    private final PacketBatch assembled = new PacketBatch(1, ASSEMBLED_BYTES, TunDevice.HEADROOM, EspSealer.TAILROOM);
    private final PacketBatch answers = new PacketBatch(ANSWERS, ANSWERS * 2 * PacketTooBig.MAX_LENGTH,
            TunDevice.HEADROOM, 0);
    private final RateLimit answerLimit = new RateLimit(ANSWERS_PER_SECOND);
    private final PacketView view = new PacketView();
    private final FlowCache flows = new FlowCache(true);
    private final Segmenter segmenter = new Segmenter();
    private final FragmentAssembly fragments = new FragmentAssembly();
    private final byte[] segment = new byte[TunDevice.MAX_PACKET + EspSealer.TAILROOM];
    private final Lanes lanes;
    private final OutboundLayers layers;
    private final OwnPackets own;
    private final BypassExit exit;
    private final Map<PolicyRule, HeldTraffic> held = new HashMap<>();
    private PolicyDatabase policies = PolicyDatabase.EMPTY;
    private long now;

    OutboundAgent(TunDevice tun, Tables tables, EngineProxy commands, ControlProxy control, InstantSource clock,
            AgentCounters counters) {
        super("vanth-outbound", control);
        this.tun = tun;
        this.tables = tables;
        this.commands = commands;
        this.control = control;
        this.clock = clock;
        this.counters = counters;
        this.lanes = new Lanes(counters);
        this.layers = new OutboundLayers(lanes, control, counters);
        this.own = new OwnPackets(tun.name(), control);
        this.exit = new BypassExit(tun.name(), tables, lanes, segment, counters);
    }

    @Override
    boolean work() throws IOException {
        boolean worked = false;
        for (EngineProxy.Command command = commands.poll(); command != null; command = commands.poll()) {
            now = clock.millis();
            perform(command);
            worked = true;
        }
        input.clear();
        if (tun.read(input) > 0) {
            now = clock.millis();
            sendInput();
            worked = true;
        }
        flush();
        return worked;
    }

    @Override
    void await() throws IOException {
        tun.awaitReadable(NO_LIMIT);
    }

    @Override
    void wakeup() {
        tun.wakeup();
    }

    @Override
    void end() {
        held.values().forEach(each -> counters.drop(DropReason.OUTBOUND_HOLD_ABANDONED, each.count()));
        held.clear();
        for (EngineProxy.Command command = commands.poll(); command != null; command = commands.poll()) {
            if (command instanceof EngineProxy.Command.ForgetTransport forget) {
                forget.done().complete(null);
            } else if (command instanceof EngineProxy.Command.AbandonHeld abandon) {
                abandon.done().complete(null);
            }
        }
    }

    private void sendInput() throws IOException {
        policies = tables.policies();
        for (int index = 0; index < input.count(); index++) {
            try {
                decide(input, index);
            } catch (GeneralSecurityException refused) {
                counters.drop(DropReason.OUTBOUND_SEAL_FAILED);
                logPacketError(now, refused);
            } catch (RuntimeException defect) {
                counters.drop(DropReason.INTERNAL_ERROR);
                logPacketError(now, defect);
            }
        }
    }

    private void decide(PacketBatch batch, int index) throws IOException, GeneralSecurityException {
        if (!view.read(batch.bytes(), batch.offset(index), batch.length(index))) {
            counters.drop(DropReason.OUTBOUND_MALFORMED);
            return;
        }
        PolicyRule rule = flows.find(policies, view);
        if (view.isFragment() && policies.wantsWhole(view, rule)) {
            assemble(batch, index);
        } else if (rule == null) {
            counters.drop(DropReason.OUTBOUND_NO_POLICY);
        } else if (rule.discards()) {
            counters.drop(DropReason.OUTBOUND_POLICY_DISCARD);
        } else if (!completeChecksum(batch, index)) {
            counters.drop(DropReason.OUTBOUND_MALFORMED);
        } else if (rule.slot() != null) {
            protect(batch, index, rule);
        } else {
            exit.pass(batch, index, view, now);
        }
    }

    /// Of a super-packet each segment gets its own checksum later.
    private boolean completeChecksum(PacketBatch batch, int index) {
        return !batch.needsChecksum(index) || batch.segmentType(index) != PacketBatch.NOT_SEGMENTED
                || ChecksumCompletion.complete(batch.bytes(), batch.offset(index), batch.length(index),
                        batch.checksumStart(index), batch.checksumOffset(index));
    }

    private void protect(PacketBatch batch, int index, PolicyRule rule) throws IOException, GeneralSecurityException {
        OutboundBundle bundle = rule.slot().current();
        if (bundle == null || bundle.isEnded() || !rule.isSatisfiedBy(bundle)) {
            hold(batch, index, rule);
            return;
        }
        if (own.isOf(bundle, batch.bytes(), batch.offset(index), view)) {
            counters.drop(DropReason.OUTBOUND_OWN_PACKET);
            own.report(bundle, now);
            return;
        }
        OutboundSa refusing = bundle.refusing(view);
        if (refusing != null) {
            refusing.counters().countSelectorDrop();
            counters.drop(DropReason.OUTBOUND_SELECTOR_MISMATCH);
        } else if (view.isFragment() && bundle.takesWholePacketsOnly()) {
            assemble(batch, index);
        } else if (batch.segmentType(index) != PacketBatch.NOT_SEGMENTED) {
            sendSegments(batch, index, bundle);
        } else if (batch == input && view.length() > tun.mtu() && isUndividable(batch, index)) {
            answerTooBig(batch, index, tun.mtu());
        } else {
            int mtu = layers.send(bundle, batch.bytes(), batch.offset(index), view.length(),
                    batch == input && isUndividable(batch, index), now);
            if (mtu != OutboundLayers.DONE) {
                answerTooBig(batch, index, mtu);
            }
        }
    }

    /// Puts the packet together of which packet `index` is a part; when it is whole, its policy is looked for by it.
    private void assemble(PacketBatch batch, int index) throws IOException, GeneralSecurityException {
        int length = fragments.add(batch.bytes(), batch.offset(index), view.length(), now);
        counters.drop(DropReason.OUTBOUND_FRAGMENT, fragments.discarded());
        if (length > 0) {
            assembled.clear();
            System.arraycopy(fragments.bytes(), fragments.offset(), assembled.bytes(), assembled.next(), length);
            assembled.add(length);
            decide(assembled, 0);
        }
    }

    private void sendSegments(PacketBatch batch, int index, OutboundBundle bundle)
            throws IOException, GeneralSecurityException {
        int offset = batch.offset(index);
        if (!segmenter.start(batch.bytes(), offset, view, batch.segmentSize(index))) {
            counters.drop(DropReason.OUTBOUND_MALFORMED);
            return;
        }
        if (segmenter.segmentLength() > tun.mtu()) {
            answerTooBig(batch, index, tun.mtu());
            return;
        }
        boolean undividable = isUndividable(batch, index);
        for (int length = segmenter.next(segment, 0); length > 0; length = segmenter.next(segment, 0)) {
            int mtu = layers.send(bundle, segment, 0, length, undividable, now);
            if (mtu != OutboundLayers.DONE) {
                answerTooBig(batch, index, mtu);
                return;
            }
        }
    }

    private void hold(PacketBatch batch, int index, PolicyRule rule) {
        HeldTraffic traffic = held.computeIfAbsent(rule, made -> new HeldTraffic());
        counters.held();
        counters.drop(DropReason.OUTBOUND_HOLD_OVERFLOW, traffic.hold(batch, index));
        if (rule.policy().action() instanceof Policy.Protect(var group, _, var acquire) && acquire
                && traffic.shouldAcquire(now)) {
            counters.acquire();
            control.report(new DataPlaneEvent.Acquire(rule.policy().name(), group,
                    Addresses.of(view.version(), view.sourceHigh(), view.sourceLow()),
                    Addresses.of(view.version(), view.destinationHigh(), view.destinationLow()), view.protocol()));
        }
    }

    private boolean isUndividable(PacketBatch batch, int index) {
        return view.version() == IpVersion.V6 || Ipv4Header.dontFragment(batch.bytes(), batch.offset(index));
    }

    private void answerTooBig(PacketBatch batch, int index, int mtu) throws IOException {
        int offset = batch.offset(index);
        counters.drop(DropReason.OUTBOUND_TOO_BIG);
        if (!PacketTooBig.mayAnswer(batch.bytes(), offset, view) || !answerLimit.allows(now)) {
            return;
        }
        if (answers.room() < PacketTooBig.MAX_LENGTH) {
            flushAnswers();
        }
        int length = PacketTooBig.write(batch.bytes(), offset, view, mtu, answers.bytes(), answers.next());
        answers.add(length);
        counters.tooBigAnswer();
    }

    private void flush() throws IOException {
        lanes.flush();
        flushAnswers();
    }

    private void flushAnswers() throws IOException {
        if (answers.count() > 0) {
            counters.drop(DropReason.INBOUND_TUN_LOST, answers.count() - tun.write(answers));
            answers.clear();
        }
    }

    private void perform(EngineProxy.Command command) throws IOException {
        switch (command) {
            case EngineProxy.Command.SendDatagram datagram -> sendDatagram(datagram);
            case EngineProxy.Command.ReleaseHeld(var group) -> {
                for (PolicyRule rule : List.copyOf(held.keySet())) {
                    if (rule.policy().action() instanceof Policy.Protect(var served, _, _) && served.equals(group)) {
                        release(rule);
                    }
                }
            }
            case EngineProxy.Command.SendDummies(var bundle, var count) -> sendDummies(bundle, count);
            case EngineProxy.Command.AbandonHeld(var rule, var done) -> {
                HeldTraffic traffic = held.remove(rule);
                counters.drop(DropReason.OUTBOUND_HOLD_ABANDONED, traffic == null ? 0 : traffic.count());
                done.complete(null);
            }
            case EngineProxy.Command.ForgetTransport(var transport, var done) -> {
                lanes.forget(transport);
                done.complete(null);
            }
        }
    }

    private void release(PolicyRule rule) throws IOException {
        HeldTraffic traffic = held.remove(rule);
        input.clear();
        traffic.moveTo(input);
        sendInput();
    }

    private void sendDummies(OutboundBundle bundle, int count) throws IOException {
        try {
            layers.sendDummies(bundle, count, now);
        } catch (GeneralSecurityException refused) {
            counters.drop(DropReason.OUTBOUND_SEAL_FAILED);
            logPacketError(now, refused);
        }
    }

    private void sendDatagram(EngineProxy.Command.SendDatagram command) throws IOException {
        PacketBatch batch = lanes.lane(command.transport()).batchFor(command.datagram().length);
        System.arraycopy(command.datagram(), 0, batch.bytes(), batch.next(), command.datagram().length);
        batch.add(command.datagram().length, command.peer());
        counters.ikeSent();
    }
}
