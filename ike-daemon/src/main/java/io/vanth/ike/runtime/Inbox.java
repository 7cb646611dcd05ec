package io.vanth.ike.runtime;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.session.Sender;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/// Takes datagrams of sessions at once. What anybody may send waits, and between a few of these the sockets are looked
/// at again, so that a flood delays nobody whom we know (S-22). Those from the addresses of peers, those from others and
/// those that come again because they found no room are taken by turns: a flood of one kind does not keep the others out.
/// For one thread.
final class Inbox {
    /// About as many as are handled in a millisecond.
    static final int AT_ONCE = 16;
    /// Of each kind: some 50 ms of 20,000 a second. Later ones have to come again, as when a socket is full.
    static final int WAITING = 1024;

    private final Queue<Event.Datagram> fromPeers = new ArrayDeque<>();
    private final Queue<Event.Datagram> fromOthers = new ArrayDeque<>();
    private final Queue<Event.Datagram> again = new ArrayDeque<>();
    private final Repetitions dropped = new Repetitions();
    private final Function<Event.Datagram, Sender> sender;
    private final Consumer<Event.Datagram> taker;
    private final Executor afterSockets;
    private final AtomicLong lost;
    private boolean scheduled;

    /// @param afterSockets runs its work after the sockets were looked at
    /// @param lost         counts what has to come again
    Inbox(Function<Event.Datagram, Sender> sender, Consumer<Event.Datagram> taker, Executor afterSockets,
            AtomicLong lost) {
        this.sender = sender;
        this.taker = taker;
        this.afterSockets = afterSockets;
        this.lost = lost;
    }

    void add(Event.Datagram datagram) {
        switch (sender.apply(datagram)) {
            case SESSION -> taker.accept(datagram);
            case PEER -> queue(fromPeers, datagram);
            case OTHER -> queue(fromOthers, datagram);
        }
    }

    private void queue(Queue<Event.Datagram> queue, Event.Datagram datagram) {
        if (queue.size() < WAITING) {
            queue.add(datagram);
            goOn();
        } else if (dropped.again(datagram) && again.size() < WAITING) {
            again.add(datagram);
        } else {
            lost.incrementAndGet();
        }
    }

    private void goOn() {
        if (!scheduled) {
            scheduled = true;
            afterSockets.execute(this::takeSome);
        }
    }

    private void takeSome() {
        scheduled = false;
        int taken = 0;
        boolean some = true;
        while (some && taken < AT_ONCE) {
            some = false;
            for (Queue<Event.Datagram> queue : List.of(again, fromPeers, fromOthers)) {
                if (!queue.isEmpty()) {
                    taker.accept(queue.remove());
                    taken++;
                    some = true;
                }
            }
        }
        if (some) {
            goOn();
        }
    }
}
