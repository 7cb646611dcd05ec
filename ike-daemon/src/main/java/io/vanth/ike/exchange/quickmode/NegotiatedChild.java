package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.SecurityAssociation;

/// What quick mode ends with: the pair, whose inbound SA is installed, and the outbound SA, whose secrets the receiver owns
/// and which it installs when the peer must have its own.
public record NegotiatedChild(ChildSa child, SecurityAssociation outbound) implements AutoCloseable {
    @Override
    public void close() {
        outbound.cipherKey().close();
        outbound.integrityKey().close();
    }
}
