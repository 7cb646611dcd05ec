package io.vanth.dataplane.testkit;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A tunnel between the two sides: what a daemon would install, with keys from a seed.
final class ContractTunnel {
    static final SaGroup GROUP = new SaGroup(7);
    static final String LEFT_NETWORK = "10.1.0.0/16";
    static final String RIGHT_NETWORK = "10.2.0.0/16";
    private static final int WINDOW = 1024;
    private static final int PATIENCE_SECONDS = 30;

    private final ConnectedPlanes planes;
    private final Random keys = new Random(20260101);

    ContractTunnel(ConnectedPlanes planes) {
        this.planes = planes;
    }

    static TrafficPair pair(String local, String remote) {
        return new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote));
    }

    static <T> T done(CompletionStage<T> stage) throws ExecutionException, InterruptedException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// Protects the two networks on both sides.
    void addPolicies() throws Exception {
        done(planes.left().plane().addPolicy(protect("tunnel", 100, pair(LEFT_NETWORK, RIGHT_NETWORK))));
        done(planes.right().plane().addPolicy(protect("tunnel", 100, pair(RIGHT_NETWORK, LEFT_NETWORK))));
    }

    static Policy protect(String name, int order, TrafficPair traffic) {
        return new Policy(name, order, traffic, Policy.Protect.espTunnel(GROUP, true));
    }

    /// One direction, ready to be changed and installed.
    Builder from(Side sender, Side receiver) throws Exception {
        Spi spi = done(receiver.plane().allocateSpi(SecurityProtocol.ESP, receiver.outer().getAddress()));
        return new Builder(sender, receiver, spi);
    }

    Builder leftToRight() throws Exception {
        return from(planes.left(), planes.right());
    }

    Builder rightToLeft() throws Exception {
        return from(planes.right(), planes.left());
    }

    final class Builder {
        private final Side sender;
        private final Side receiver;
        private final Spi spi;
        private EspTransform transform;
        private String source = LEFT_NETWORK;
        private String destination = RIGHT_NETWORK;
        private Lifetime soft = Lifetime.UNLIMITED;
        private Lifetime hard = Lifetime.UNLIMITED;
        private boolean selective = true;
        private byte[] key = {};

        private Builder(Side sender, Side receiver, Spi spi) {
            this.sender = sender;
            this.receiver = receiver;
            this.spi = spi;
            this.transform = DataPlaneContract.transforms(sender.plane().capabilities()).getFirst();
            if (sender.equals(planes.right())) {
                networks(RIGHT_NETWORK, LEFT_NETWORK);
            }
        }

        Builder transform(EspTransform now) {
            transform = now;
            return this;
        }

        Builder networks(String from, String to) {
            source = from;
            destination = to;
            return this;
        }

        /// With selectors on neither side.
        Builder forPoliciesOfItsGroup() {
            selective = false;
            return this;
        }

        Builder lifetime(Lifetime softLimit, Lifetime hardLimit) {
            soft = softLimit;
            hard = hardLimit;
            return this;
        }

        SaId id() {
            return new SaId(SecurityProtocol.ESP, receiver.outer().getAddress(), spi);
        }

        /// The receiver's SA, without limits.
        SecurityAssociation inbound() {
            return association(Direction.INBOUND, pair(destination, source), Lifetime.UNLIMITED, Lifetime.UNLIMITED,
                    receiver, sender);
        }

        /// The sender's SA, with the limits.
        SecurityAssociation outbound() {
            return association(Direction.OUTBOUND, pair(source, destination), soft, hard, sender, receiver);
        }

        /// First the receiver's SA, then the sender's.
        Builder install() throws Exception {
            done(receiver.plane().install(List.of(inbound())));
            done(sender.plane().install(List.of(outbound())));
            return this;
        }

        private SecurityAssociation association(Direction direction, TrafficPair traffic, Lifetime softLimit,
                Lifetime hardLimit, Side own, Side other) {
            if (key.length == 0) {
                key = new byte[transform.keyBytes()];
                keys.nextBytes(key);
            }
            int split = transform.cipherKeyBytes();
            try (Secret cipherKey = Secret.copyOf(key, 0, split);
                    Secret integrityKey = Secret.copyOf(key, split, key.length - split)) {
                int port = own.outer().getPort();
                return new SecurityAssociation(id(), direction, sender.outer().getAddress(), Mode.TUNNEL, transform,
                        cipherKey.copy(), integrityKey.copy(), selective ? List.of(traffic) : List.of(),
                        port == 0
                                ? Optional.empty()
                                : Optional.of(new UdpEncapsulation(port, other.outer().getPort())),
                        ReplayProtection.window(WINDOW), OuterHeader.DEFAULT, softLimit, hardLimit, GROUP);
            }
        }
    }
}
