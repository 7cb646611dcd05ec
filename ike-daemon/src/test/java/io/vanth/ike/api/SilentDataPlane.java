package io.vanth.ike.api;

import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.NatTraversalPort;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.spi.DataPlaneProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/// A real data plane that stops to answer what it carries when it is told to, even where it must never wait.
final class SilentDataPlane implements DataPlane {
    private final DataPlane real;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile CountDownLatch asked = new CountDownLatch(0);
    private volatile boolean silent;
    private volatile CompletableFuture<Void> held = CompletableFuture.completedFuture(null);

    private SilentDataPlane(DataPlane real) {
        this.real = real;
    }

    /// Makes one, and keeps hold of it.
    static final class Provider implements DataPlaneProvider {
        private final DataPlaneProvider real;
        private SilentDataPlane opened;

        Provider(DataPlaneProvider real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public DataPlane open(DataPlaneContext context) throws DataPlaneException {
            opened = new SilentDataPlane(real.open(context));
            return opened;
        }

        /// From now on it does not say whether it takes a policy, until the future is completed.
        CompletableFuture<Void> hold() {
            opened.asked = new CountDownLatch(1);
            opened.held = new CompletableFuture<>();
            return opened.held;
        }

        /// Returns when it has been given a policy since.
        void awaitHeld() throws InterruptedException {
            opened.asked.await();
        }

        /// From now on it says nothing.
        void silence() {
            opened.silent = true;
        }
    }

    @Override
    public CompletionStage<List<SaStatus>> associations() {
        return silent ? new CompletableFuture<>() : real.associations();
    }

    @Override
    public Map<String, Long> counters() {
        if (silent) {
            try {
                never.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
        return real.counters();
    }

    @Override
    public Capabilities capabilities() {
        return real.capabilities();
    }

    @Override
    public CompletionStage<NatTraversalPort> openNatTraversalPort(InetSocketAddress local) {
        return real.openNatTraversalPort(local);
    }

    @Override
    public CompletionStage<Spi> allocateSpi(SecurityProtocol protocol, InetAddress destination) {
        return real.allocateSpi(protocol, destination);
    }

    @Override
    public CompletionStage<Void> releaseSpi(SaId id) {
        return real.releaseSpi(id);
    }

    @Override
    public CompletionStage<Void> install(List<SecurityAssociation> bundle) {
        return real.install(bundle);
    }

    @Override
    public CompletionStage<Void> movePeer(SaId id, InetSocketAddress peer) {
        return real.movePeer(id, peer);
    }

    @Override
    public CompletionStage<Boolean> remove(SaId id) {
        return real.remove(id);
    }

    @Override
    public CompletionStage<Void> addPolicy(Policy policy) {
        CompletionStage<Void> done = real.addPolicy(policy);
        asked.countDown();
        return held.thenCompose(_ -> done);
    }

    @Override
    public CompletionStage<Boolean> removePolicy(String name) {
        return real.removePolicy(name);
    }

    @Override
    public CompletionStage<Void> settle() {
        return real.settle();
    }

    @Override
    public CompletionStage<List<Policy>> policies() {
        return real.policies();
    }

    @Override
    public void close() {
        never.countDown();
        real.close();
    }
}
