package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.time.Instant;
import java.util.List;

/// Whose signatures are believed.
public interface Trust {
    /// What a peer presents as its proof. The hash is ours, made of the keys and identities.
    record Claim(AuthenticationMethod method, Identity identity, List<Payload.Certificate> certificates, Bytes hash,
            Bytes signature) {
        public Claim {
            certificates = List.copyOf(certificates);
        }
    }

    /// Judges a claim. Slow.
    Verdict judge(Claim claim, Instant now);

    /// The names of the authorities that a certificate request asks for, as DER distinguished names; empty where no
    /// certificate is wanted.
    List<Bytes> authorities();
}
