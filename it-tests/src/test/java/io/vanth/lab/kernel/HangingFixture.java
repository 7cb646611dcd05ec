package io.vanth.lab.kernel;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What the test of the guest has run in a guest: a test without an end.
class HangingFixture {
    @Test
    void hangs() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
