package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.time.Instant;
import java.util.List;

/// Whose signatures are believed.
public interface Trust {
    /// What a peer presents as its proof. The hash is ours, made of the keys and identities: for ECDSA with HMAC of the
    /// method's own SHA-2 (RFC 4754 section 7), else with the negotiated PRF.
    ///
    /// @param identity     what the peer calls itself; that it is the one that the connection asks for is the caller's
    ///                     business
    /// @param certificates the peer's certificate payloads, in their order
    record Claim(AuthenticationMethod method, Identity identity, List<Payload.Certificate> certificates, Bytes hash,
            Bytes signature) {
        public Claim {
            certificates = List.copyOf(certificates);
        }
    }

    /// Judges a claim. Slow.
    Verdict judge(Claim claim, Instant now);

    /// Whether [#judge] may wait for the network, so that it must not hold a thread that others need.
    boolean mayWait();

    /// The names of the authorities that a certificate request asks for, as DER distinguished names; empty where no
    /// certificate is wanted.
    List<Bytes> authorities();
}
