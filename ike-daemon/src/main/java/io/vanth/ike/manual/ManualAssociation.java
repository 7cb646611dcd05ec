package io.vanth.ike.manual;

import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.UdpEncapsulation;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/// One unidirectional SA that nobody negotiates. Owns its keys.
///
/// @param name   among the operator's
/// @param source the outer source address
/// @param number the one that layers of level `unique` name; without one it serves all others
public record ManualAssociation(String name, SaId id, InetAddress source, Mode mode, Transform transform,
        Secret cipherKey, Secret integrityKey, Optional<UdpEncapsulation> encapsulation, ReplayProtection replay,
        Lifetime soft, Lifetime hard, OptionalInt number) implements AutoCloseable {
    /// The same under another name, with these very keys.
    ManualAssociation named(String other) {
        return new ManualAssociation(other, id, source, mode, transform, cipherKey, integrityKey, encapsulation, replay,
                soft, hard, number);
    }

    /// Whether all but the name is the same.
    boolean isTwinOf(ManualAssociation other) {
        return named(other.name).equals(other);
    }

    /// Wipes the keys.
    @Override
    public void close() {
        cipherKey.close();
        integrityKey.close();
    }
}
