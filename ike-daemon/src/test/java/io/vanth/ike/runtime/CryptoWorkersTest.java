package io.vanth.ike.runtime;

import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.exchange.Computation;
import java.io.Serial;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

class CryptoWorkersTest {
    /// As when what a peer sent makes a library recurse without end.
    private static final class Exhausting extends SecureRandom {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {
            throw new StackOverflowError("as the test wants");
        }
    }

    @Test
    void whatFailsHoweverBadlyIsAnswered() throws Exception {
        try (var workers = new CryptoWorkers(new Exhausting(), "test")) {
            var result = new CompletableFuture<Computation.Result>();
            workers.submit(new Computation.GenerateKey(DhGroup.MODP2048), result::complete);
            assertInstanceOf(Computation.Impossible.class, result.get(30, TimeUnit.SECONDS));
        }
    }
}
