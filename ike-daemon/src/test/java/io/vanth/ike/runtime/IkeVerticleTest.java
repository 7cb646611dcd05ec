package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.ike.session.IkeEngine;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class IkeVerticleTest {
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4500);

    /// A data plane reports each limit of an SA once; what strangers send comes again.
    @Test
    void aFloodOfDatagramsIsDroppedAndAnExpiryIsNot() throws Exception {
        AtomicLong dropped = new AtomicLong();
        Vertx vertx = Vertx.vertx();
        IkeVerticle verticle = new IkeVerticle(new IkeEngine(List.of(), new SecureRandom()), InstantSource.system(),
                dropped, failure -> {});
        vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture().get();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch holding = new CountDownLatch(1);
        verticle.loop().execute(() -> await(held, holding));
        assertTrue(holding.await(30, java.util.concurrent.TimeUnit.SECONDS));
        while (dropped.get() < 10) {
            verticle.fromDataPlane(new DataPlaneEvent.IkeDatagram(SOMEWHERE, SOMEWHERE, new byte[28]));
        }
        SaId id = new SaId(SecurityProtocol.ESP, SOMEWHERE.getAddress(), new Spi(0x100));
        verticle.fromDataPlane(new DataPlaneEvent.Expired(id, new SaGroup(1), true));
        assertEquals(10, dropped.get());
        held.countDown();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private static void await(CountDownLatch held, CountDownLatch holding) {
        holding.countDown();
        try {
            held.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
