package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The way into an outbound agent: the one thread that sends what comes out of its device. Any thread may call; all return at once.
final class EngineProxy {
    /// What the outbound agent is asked to do.
    sealed interface Command {
        /// Sends a datagram as it is.
        record SendDatagram(EspTransport transport, Endpoint peer, byte[] datagram) implements Command {}

        /// Sends what was held for lack of an SA of this group.
        record ReleaseHeld(SaGroup group) implements Command {}

        /// Sends packets that the peer throws away.
        record SendDummies(OutboundBundle bundle, int count) implements Command {}

        /// Drops what was held for a policy that is gone, and says so.
        record AbandonHeld(PolicyRule rule, CompletableFuture<Void> done) implements Command {}

        /// Uses a socket no more, and says so.
        record ForgetTransport(EspTransport transport, CompletableFuture<Void> done) implements Command {}
    }

    private static final int MAX_DATAGRAMS = 4096;

    private final TunDevice tun;
    private final ConcurrentLinkedQueue<Command> commands = new ConcurrentLinkedQueue<>();
    private final AtomicInteger datagrams = new AtomicInteger();

    EngineProxy(TunDevice tun) {
        this.tun = tun;
    }

    /// Sends a datagram; false when too many wait.
    boolean send(EspTransport transport, Endpoint peer, byte[] datagram) {
        if (datagrams.incrementAndGet() > MAX_DATAGRAMS) {
            datagrams.decrementAndGet();
            return false;
        }
        tell(new Command.SendDatagram(transport, peer, datagram));
        return true;
    }

    /// Asks for anything else.
    void tell(Command command) {
        commands.add(command);
        tun.wakeup();
    }

    /// Has a socket used no more; done when that is so.
    CompletableFuture<Void> forget(EspTransport transport) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        tell(new Command.ForgetTransport(transport, done));
        return done;
    }

    /// Has a policy, which is gone, used no more; done when that is so.
    CompletableFuture<Void> abandon(PolicyRule rule) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        tell(new Command.AbandonHeld(rule, done));
        return done;
    }

    /// The oldest command, or null. For the agent.
    Command poll() {
        Command command = commands.poll();
        if (command instanceof Command.SendDatagram) {
            datagrams.decrementAndGet();
        }
        return command;
    }
}
