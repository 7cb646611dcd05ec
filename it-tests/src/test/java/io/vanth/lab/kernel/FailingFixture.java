package io.vanth.lab.kernel;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/// What the test of the guest has run in a guest: tests that do not pass.
class FailingFixture {
    @Test
    void passes() {}

    @Test
    void fails() {
        Assertions.fail("as it should");
    }

    @Test
    void isSkipped() {
        Assumptions.abort("for a reason");
    }

    @Test
    @Disabled("for another reason")
    void isDisabled() {}
}
