package io.vanth.ike.config;

import io.vanth.dataplane.Secret;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;

/// Where commands reach the daemon. Owns the secrets in it.
///
/// @param socket of the Unix domain, for the owner of the daemon only
/// @param remote on TCP, or empty
public record Control(Path socket, Optional<Remote> remote) implements AutoCloseable {
    private static final Secret NOTHING = Secret.owning(new byte[0]);

    /// The control socket alone.
    public static Control on(Path socket) {
        return new Control(socket, Optional.empty());
    }

    /// The API on TCP. A request has to meet all that is there, and something is there: a token, or authorities.
    ///
    /// @param token what requests have to bring
    /// @param tls   empty on a loopback address only
    public record Remote(InetSocketAddress address, Optional<Secret> token, Optional<Tls> tls) {
        public Remote {
            boolean asksForCertificates = tls.isPresent() && tls.get().authorities().isPresent();
            if (token.isEmpty() && !asksForCertificates) {
                throw new IllegalArgumentException("anybody could use " + address);
            }
            if (tls.isEmpty() && !address.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException(address + " would be in clear");
            }
        }
    }

    /// What the daemon shows, and whom it believes; all in PEM.
    ///
    /// @param certificate own, and those between behind it
    /// @param authorities who issue the certificates of clients; empty to ask for none
    public record Tls(String certificate, Secret key, Optional<String> authorities) {
        /// The own certificate.
        public X509Certificate own() {
            try {
                return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
                        new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)));
            } catch (CertificateException impossible) {
                throw new IllegalStateException("a certificate that was read is none", impossible);
            }
        }
    }

    /// What serves it, without what can be renewed while it does: the token, certificates and keys.
    Control shape() {
        return new Control(socket, remote.map(each -> new Remote(each.address(), each.token().map(_ -> NOTHING),
                each.tls().map(tls -> new Tls("", NOTHING, tls.authorities().map(_ -> ""))))));
    }

    /// Wipes the secrets.
    @Override
    public void close() {
        remote.ifPresent(each -> {
            each.token().ifPresent(Secret::close);
            each.tls().ifPresent(tls -> tls.key().close());
        });
    }
}
