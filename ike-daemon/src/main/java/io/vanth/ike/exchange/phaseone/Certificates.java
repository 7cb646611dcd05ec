package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// Certificates and requests for them (RFC 2408 sections 3.9 and 3.10).
public final class Certificates {
    /// X.509 certificate - signature, RFC 2408 section 3.9.
    public static final int X509_SIGNATURE = 4;

    private Certificates() {}

    /// The requests for the peer's certificate: one for each authority that is trusted.
    public static List<Payload> requests(Connection connection) {
        return switch (connection.authentication()) {
            case Authentication.PreShared _ -> List.of();
            case Authentication.Signatures(_, var trust) -> trust.authorities().stream()
                    .<Payload>map(authority -> Payload.CertificateRequest.of(X509_SIGNATURE, authority)).toList();
        };
    }

    /// What a peer presents.
    static List<Payload.Certificate> presented(List<Payload> payloads) {
        return ExchangeScript.all(payloads, Payload.Certificate.class);
    }
}
