package io.vanth.ike.session;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.CertificateTrust;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.ike.certificate.Revocation;
import io.vanth.ike.certificate.Trust;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.exchange.phaseone.Certificates;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Both ends have a certificate of a branch whose authority is certified by a root that both believe.
final class Certified {
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2040-01-01T00:00:00Z");
    private static final Authority ROOT = root("C=DE, O=Example, CN=Root");
    private static final Authority OTHER_ROOT = root("C=DE, O=Example, CN=Another root");
    private static final Authority BRANCH = ROOT.authority(
            Request.of("C=DE, O=Example, CN=Branch", Keys.ec("secp256r1")).valid(FROM, TO));
    private static final KeyPair KEY = Keys.ec("secp256r1");
    private static final X509Certificate A = gateway(Pair.A, FROM, TO);
    private static final X509Certificate B = gateway(Pair.B, FROM, TO);
    private static final X509Certificate EXPIRED = gateway(Pair.A, FROM, Instant.parse("2025-12-31T00:00:00Z"));

    private static final Map<InetAddress, Credential> CREDENTIALS = new ConcurrentHashMap<>();

    private Certified() {}

    private static Authority root(String subject) {
        return Authority.root(Request.of(subject, Keys.ec("secp256r1")).valid(FROM, TO));
    }

    private static X509Certificate gateway(InetAddress address, Instant from, Instant to) {
        String name = address.getHostAddress();
        return BRANCH.issue(Request.of("C=DE, O=Example, CN=" + name, KEY, name).valid(from, to));
    }

    /// What is right at one end.
    static Authentication of(InetAddress own) {
        return with(own.equals(Pair.A) ? A : B, ROOT);
    }

    /// The certificate of anybody, which both believe.
    static Credential credential(InetAddress own) {
        return CREDENTIALS.computeIfAbsent(own, each -> Credential.ofCertificate(KEY.getPrivate(),
                gateway(each, FROM, TO), List.of(BRANCH.certificate())));
    }

    /// Fills what the JDK keeps, the last 750 certificates that it parsed, so that what is measured later does not. They
    /// grow with what they are asked, so each is judged.
    static void fillCache() {
        Trust trust = ((Authentication.Signatures) of(Pair.B)).trust();
        Identity identity = Identity.of(Pair.A);
        List<Bytes> chain = credential(Pair.A).certificates();
        byte[] der = chain.getFirst().toArray();
        for (int i = 0; i < 1_000; i++) {
            der[der.length - 1] = (byte) i;
            der[der.length - 2] = (byte) (i >> 8);
            var presented = Stream.of(Bytes.of(der), chain.getLast())
                    .map(each -> Payload.Certificate.of(Certificates.X509_SIGNATURE, each)).toList();
            trust.judge(new Trust.Claim(AuthenticationMethod.ECDSA_256, identity, presented, chain.getFirst(),
                    chain.getFirst()), NOW);
        }
    }

    /// An end that believes somebody else.
    static Authentication believingAnother(InetAddress own) {
        return with(own.equals(Pair.A) ? A : B, OTHER_ROOT);
    }

    /// The end `a` with a certificate that has expired.
    static Authentication expired() {
        return with(EXPIRED, ROOT);
    }

    /// An end that knows that the certificate of `a` was revoked.
    static Authentication knowingRevocation(InetAddress own) {
        X509CRL list = BRANCH.revoking(FROM, TO, A);
        return new Authentication.Signatures(Credential.ofCertificate(KEY.getPrivate(), own.equals(Pair.A) ? A : B,
                List.of(BRANCH.certificate())),
                new CertificateTrust(List.of(ROOT.certificate()), List.of(), List.of(list), Revocation.IF_KNOWN,
                        false));
    }

    private static Authentication with(X509Certificate own, Authority believed) {
        return new Authentication.Signatures(
                Credential.ofCertificate(KEY.getPrivate(), own, List.of(BRANCH.certificate())),
                new CertificateTrust(List.of(believed.certificate()), List.of(), List.of(), Revocation.OFF, false));
    }
}
