package io.vanth.ike.session;

import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/// Our own attempts at phase 1 with the peer of one connection: one at a time, at the address whose turn it is, and after
/// each that fails a longer pause, whoever wants the next.
final class Initiative {
    private final EngineContext context;
    private final Connection connection;
    private final OwnAddress own;
    private final ConnectionSessions.Starter starter;
    private final Owner owner;
    private final PeerAddresses addresses;
    private Optional<PhaseOneNegotiation> negotiation = Optional.empty();
    private Optional<TimerQueue.Timer> retry = Optional.empty();
    private Instant notBefore = Instant.MIN;
    private boolean choosing;
    private int choices;
    private int failures;
    private final Losses losses = new Losses();

    /// What an initiative has to do with the rest of its connection.
    interface Owner {
        /// The ISAKMP SA that is replaced, if there is one.
        Optional<IsakmpSa> replaceable();

        /// The pause is over for those who asked in it, or an address has changed.
        void pursue();

        /// The peer has no address now.
        void unresolved(Failure failure);

        /// We have none.
        void unaddressed(Failure failure);
    }

    Initiative(EngineContext context, Connection connection, OwnAddress own, ConnectionSessions.Starter starter,
            Owner owner) {
        this.context = context;
        this.connection = connection;
        this.own = own;
        this.starter = starter;
        this.owner = owner;
        this.addresses = new PeerAddresses(context, connection);
    }

    PeerAddresses addresses() {
        return addresses;
    }

    boolean underWay() {
        return negotiation.isPresent() || choosing;
    }

    /// What it waits for while it is under way.
    Optional<EngineStatus.Waiting> waiting() {
        return negotiation.flatMap(PhaseOneNegotiation::waiting);
    }

    /// Begins, unless that is under way or the peer's address is not known. In a pause it is done at its end; without an
    /// address of ours that is for when there is one.
    void begin() {
        if (underWay()) {
            return;
        }
        if (context.now().isBefore(notBefore)) {
            beginLater();
            return;
        }
        cancelRetry();
        Optional<Path> known = knownPath();
        if (own.now().isEmpty()) {
            owner.unaddressed(new Failure.NoLocalAddress(connection.local()));
        } else if (known.isPresent()) {
            begin(known.get());
        } else if (!addresses.any()) {
            choose();
        }
    }

    private void choose() {
        choosing = true;
        int choice = ++choices;
        addresses.choose(address -> chosen(choice,
                () -> pathTo(address).ifPresentOrElse(this::begin, owner::pursue)),
                failure -> chosen(choice, () -> owner.unresolved(failure)));
    }

    /// The operator may have taken everything down while the name was looked up, and up again: the newest counts.
    private void chosen(int choice, Runnable action) {
        if (choosing && choice == choices) {
            choosing = false;
            action.run();
        }
    }

    private void begin(Path path) {
        // Where nothing is known of the peer, its next address is not kept waiting for one that is silent.
        boolean hurry = owner.replaceable().isEmpty() && addresses.several();
        negotiation = Optional.of(starter.initiate(own.connection(), path,
                hurry ? own.connection().retransmission().hurried() : own.connection().retransmission()));
    }

    /// Through a NAT, the mapping that is there: RFC 3947 section 4 has a responder begin anew on the floated ports.
    /// A peer of any address is where it was last.
    private Optional<Path> knownPath() {
        return owner.replaceable().filter(sa -> sa.path().natTraversal() || addresses.any()).map(IsakmpSa::path);
    }

    /// An ISAKMP SA is replaced where it is.
    private Optional<Path> pathTo(InetAddress address) {
        return own.pathTo(owner.replaceable().map(sa -> sa.path().remote().getAddress()).orElse(address));
    }

    /// Phase 1 is done, in either role: there is nothing to wait for any more.
    void succeeded(PhaseOneNegotiation done) {
        ended(done);
        recovered();
    }

    /// What failed before does not count any more.
    void recovered() {
        failures = 0;
        hurry();
    }

    /// One of ours ends; false if it is somebody else's.
    boolean ended(PhaseOneNegotiation over) {
        boolean ours = negotiation.filter(each -> each == over).isPresent();
        if (ours) {
            negotiation = Optional.empty();
        }
        return ours;
    }

    /// An attempt failed: a pause begins, and the next address has its turn.
    void rest() {
        addresses.advance();
        failures++;
        notBefore = context.now().plus(context.jitter(Pauses.after(failures)));
    }

    /// The peer has ended an ISAKMP SA, or refused it after all: a pause begins, longer each time if it had not been there
    /// for long.
    void lost(Instant established) {
        notBefore = context.now().plus(context.jitter(losses.pause(established, context.now())));
    }

    /// Begins when the pause is over.
    void beginLater() {
        if (retry.filter(each -> !each.over()).isEmpty()) {
            retry = Optional.of(context.timers().at(notBefore, owner::pursue));
        }
    }

    /// The pause is over: the operator does not want to wait, or the peer has come.
    void hurry() {
        notBefore = Instant.MIN;
        cancelRetry();
    }

    private void cancelRetry() {
        retry.ifPresent(TimerQueue.Timer::cancel);
        retry = Optional.empty();
    }

    /// What an attempt under way was begun with does not count any more: it ends, and so does the pause after one that
    /// failed.
    void outdated() {
        negotiation.ifPresent(each -> context.tell(new Report.Note(each.subject(),
                "begins anew: the configuration has changed")));
        stop();
    }

    /// Ends what is under way.
    void stop() {
        hurry();
        choosing = false;
        negotiation.ifPresent(each -> {
            each.abandon();
            starter.forget(each);
        });
        negotiation = Optional.empty();
    }
}
