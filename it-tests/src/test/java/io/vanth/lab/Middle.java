package io.vanth.lab;

/// What is between the two gateways.
enum Middle {
    /// One wire; the gateways are neighbours.
    WIRE,
    /// A router; each gateway is in a network of its own.
    ROUTER,
    /// A router that hides A behind its own address.
    MASQUERADE_A,
    /// A router that hides B behind its own address, and passes ports 500 and 4500 on to B.
    MASQUERADE_B,
    /// A router that hides each side from the other, and passes ports 500 and 4500 on to B.
    MASQUERADE_BOTH
}
