package io.vanth.lab.kernel;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// What the test of the guest has run in a guest: tests after which there is no guest.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DyingFixture {
    @Test
    @Order(1)
    void passes() {}

    @Test
    @Order(2)
    void ends() {
        System.out.println("last words");
        Runtime.getRuntime().halt(3);
    }

    @Test
    @Order(3)
    void neverBegins() {}
}
