package io.vanth.dataplane;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One unidirectional SA as it is handed to a data plane.
///
/// The data plane copies the keys during the call that installs it; the secrets stay with the caller, who closes them.
///
/// @param id            protocol, destination and SPI
/// @param direction     seen from this host
/// @param source        the outer source address
/// @param mode          tunnel or transport
/// @param transform     what is done to a packet
/// @param cipherKey     the cipher's key with the salt behind it; empty for AH, IPComp and the NULL cipher
/// @param integrityKey  the integrity key; empty for a combined-mode cipher and IPComp
/// @param selectors     the packets that may use the SA; inner packets outside of them are dropped and counted. Empty: the
///                      packets that a policy of its group decides about, whichever there are at the time
/// @param encapsulation ports, where ESP is carried in UDP
/// @param replay        its sequence numbers; of no meaning for IPComp
/// @param outer         the outer header that tunnel mode makes
/// @param soft          when [DataPlaneEvent.Expired] with `hard` false is reported
/// @param hard          when the SA is removed, with an event
/// @param group         ties the SA to the policies it serves: see [Policy.Protect]
public record SecurityAssociation(SaId id, Direction direction, InetAddress source, Mode mode, Transform transform,
        Secret cipherKey, Secret integrityKey, List<TrafficPair> selectors, Optional<UdpEncapsulation> encapsulation,
        ReplayProtection replay, OuterHeader outer, Lifetime soft, Lifetime hard, SaGroup group) {
    public SecurityAssociation {
        selectors = List.copyOf(selectors);
        Objects.requireNonNull(encapsulation);
        int integrityBytes = transform.integrity().map(Integrity::keyBytes).orElse(0);
        int cipherBytes = transform.keyBytes() - integrityBytes;
        if (cipherKey.length() != cipherBytes || integrityKey.length() != integrityBytes) {
            throw new IllegalArgumentException("%s takes %d bytes of cipher key and %d of integrity key, not %d and %d"
                    .formatted(transform, cipherBytes, integrityBytes, cipherKey.length(), integrityKey.length()));
        }
        if (transform.protocol() != id.protocol()) {
            throw new IllegalArgumentException("%s cannot be done by %s".formatted(transform, id.protocol()));
        }
        if (encapsulation.isPresent() && id.protocol() != SecurityProtocol.ESP) {
            throw new IllegalArgumentException("only ESP can be carried in UDP (RFC 3948), not " + id.protocol());
        }
    }
}
