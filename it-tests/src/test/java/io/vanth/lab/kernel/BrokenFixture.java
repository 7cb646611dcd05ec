package io.vanth.lab.kernel;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the test of the guest has run in a guest: a class that cannot begin.
class BrokenFixture {
    @BeforeAll
    static void breaks() {
        Assertions.fail("before all");
    }

    @Test
    void neverBegins() {}
}
