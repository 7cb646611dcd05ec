package io.vanth.lab.kernel;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the test of the guest has run in a guest: a class that cannot begin.
class BrokenFixture {
    @BeforeAll
    static void breaks() {
        throw new IllegalStateException("before all");
    }

    @Test
    void neverBegins() {}
}
