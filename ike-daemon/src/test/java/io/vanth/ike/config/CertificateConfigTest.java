package io.vanth.ike.config;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.CertificateTrust;
import io.vanth.ike.certificate.KeyText;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.PinnedKey;
import io.vanth.ike.certificate.Request;
import io.vanth.ike.certificate.Revocation;
import io.vanth.ike.certificate.SubjectNames;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Certificates and raw keys in the configuration, and what is said when they are wrong.
class CertificateConfigTest {
    private static final String CONNECTION = """
            connections:
              branch:
                local: 192.0.2.1
                remote: {address: 198.51.100.7, id: peer.example}
                %s
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """;
    private static final String CERTIFICATE = CONNECTION.formatted(
            "certificate: {file: own.pem, key: own.key, ca: [ca.pem]}");
    private static final KeyPair KEY = Keys.rsa(2048);
    private static final Authority ROOT = Authority.root("C=DE, O=Example, CN=Root");
    private static final Authority BRANCH = ROOT.authority("C=DE, O=Example, CN=Branch");
    private static final Request GATEWAY = Request.of("C=DE, O=Example, CN=gw", KEY, "gw.example", "192.0.2.1");
    private static final X509Certificate OWN = BRANCH.issue(GATEWAY);

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        write("own.pem", KeyText.pem(OWN, BRANCH.certificate()));
        secret("own.key", KeyText.pkcs8(KEY.getPrivate()));
        write("ca.pem", KeyText.pem(ROOT.certificate()));
        write("peer.pub", KeyText.pem(Keys.rsa(2048).getPublic()));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void secret(String name, String text) throws IOException {
        write(name, text);
        mode(name, "rw-------");
    }

    private void mode(String name, String permissions) throws IOException {
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(permissions));
    }

    private ConfigLoader.Outcome load(String text) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, text);
        return new ConfigLoader(
                new Surroundings(name -> Optional.empty(), new ImaginaryMachine().with("eth0", "192.0.2.1"),
                        Set.of("userspace")))
                .load(file);
    }

    private Connection connection(String text) throws IOException {
        ConfigLoader.Outcome outcome = load(text);
        assertEquals(List.of(), outcome.findings());
        return outcome.configuration().orElseThrow().connections().getFirst();
    }

    private void assertFinding(String text, Severity severity, String path, String words) throws IOException {
        List<Finding> findings = load(text).findings();
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(severity, findings.getFirst().severity());
        assertEquals(path, findings.getFirst().path());
        assertTrue(findings.getFirst().toString().contains(words), findings::toString);
    }

    @Test
    void aCertificateWithItsKey() throws IOException {
        Connection branch = connection(CERTIFICATE);
        var signing = assertInstanceOf(Authentication.Signatures.class, branch.authentication());
        assertEquals(List.of(AuthenticationMethod.RSA_SIGNATURE), signing.methods());
        assertEquals(2, signing.own().certificates().size());
        assertEquals(SubjectNames.subject(OWN), branch.localId(), "as strongSwan has it");
        assertEquals(Identity.parse("peer.example"), branch.remoteId());
        assertEquals(List.of(SubjectNames.subject(ROOT.certificate()).data()), signing.trust().authorities());
    }

    @Test
    void pkcs12WithAPassword() throws IOException {
        Files.write(folder.resolve("own.p12"),
                KeyText.pkcs12(KEY.getPrivate(), "open sesame", OWN, BRANCH.certificate(), ROOT.certificate()));
        mode("own.p12", "rw-------");
        secret("own.password", "open sesame\n");
        Connection branch = connection(CONNECTION.formatted(
                "certificate: {pkcs12: own.p12, password: {file: own.password}, ca: [ca.pem]}"));
        var signing = assertInstanceOf(Authentication.Signatures.class, branch.authentication());
        assertEquals(2, signing.own().certificates().size(), "the root is not sent");
    }

    @Test
    void everythingThatCanBeSaid() throws IOException {
        write("own.pem", KeyText.pem(OWN));
        write("between.pem", KeyText.pem(BRANCH.certificate()));
        write("root.crl", KeyText.pem(ROOT.revoking()));
        secret("own.key", KeyText.encrypted(KEY.getPrivate(), "open sesame"));
        secret("own.password", "open sesame\n");
        Connection branch = connection(CONNECTION.formatted("""
                certificate:
                      file: own.pem
                      key: own.key
                      password: {file: own.password}
                      ca: [ca.pem]
                      chain: [between.pem]
                      crl: [root.crl]
                      revocation: required
                """).replace("local: 192.0.2.1", "local: {address: 192.0.2.1, id: gw.example}"));
        var signing = assertInstanceOf(Authentication.Signatures.class, branch.authentication());
        var trust = assertInstanceOf(CertificateTrust.class, signing.trust());
        assertEquals(Revocation.REQUIRED, trust.revocation());
        assertEquals(1, trust.crls().size());
        assertEquals(2, signing.own().certificates().size());
        assertEquals(Identity.parse("gw.example"), branch.localId());
    }

    @Test
    void nothingIsFetchedUnlessItIsWanted() throws IOException {
        assertEquals(false, mayWait(CERTIFICATE));
        assertEquals(false, mayWait(CERTIFICATE.replace("ca: [ca.pem]", "ca: [ca.pem], fetch: false")));
        assertEquals(true, mayWait(CERTIFICATE.replace("ca: [ca.pem]", "ca: [ca.pem], fetch: true")));
    }

    private boolean mayWait(String text) throws IOException {
        return assertInstanceOf(Authentication.Signatures.class, connection(text).authentication()).trust().mayWait();
    }

    @Test
    void fetchingWithoutRevocationIsAWarning() throws IOException {
        assertFinding(CERTIFICATE.replace("ca: [ca.pem]", "ca: [ca.pem], fetch: true, revocation: off"),
                Severity.WARNING, "/connections/branch/certificate/fetch", "revocation: ifKnown");
    }

    @Test
    void anAuthorityThatCannotBeAskedAboutIsAWarning() throws IOException {
        String text = CERTIFICATE.replace("ca: [ca.pem]", "ca: [ca.pem], fetch: true, chain: [between.pem]");
        Request request = Request.of("CN=Between", Keys.ec("secp256r1"));
        write("between.pem", KeyText.pem(ROOT.authority(request.fetched("", "ldap://ca.example/cn=crl"))
                .certificate()));
        assertFinding(text, Severity.WARNING, "/connections/branch/certificate/chain", "names no http: address");
        write("between.pem", KeyText.pem(ROOT.authority(request.fetched("", "http://ca.example/root.crl"))
                .certificate()));
        assertEquals(true, mayWait(text));
    }

    @Test
    void revocationOffIsNoBoolean() throws IOException {
        Connection branch = connection(CERTIFICATE.replace("ca: [ca.pem]", "ca: [ca.pem], revocation: off"));
        var signing = assertInstanceOf(Authentication.Signatures.class, branch.authentication());
        assertEquals(Revocation.OFF, assertInstanceOf(CertificateTrust.class, signing.trust()).revocation());
    }

    @ParameterizedTest
    @CsvSource({"peer.pub", "0s"})
    void rawKeys(String remote) throws IOException {
        String peer = remote.equals("0s") ? KeyText.raw(Keys.rsa(2048).getPublic()) : remote;
        Connection branch = connection(CONNECTION.formatted("rawKey: {key: own.key, remote: %s}".formatted(peer)));
        var signing = assertInstanceOf(Authentication.Signatures.class, branch.authentication());
        assertEquals(List.of(), signing.own().certificates());
        assertInstanceOf(PinnedKey.class, signing.trust());
        assertEquals(Identity.parse("192.0.2.1"), branch.localId());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "lifetime: 8h | /connections/branch | exactly one of psk, certificate and rawKey",
            "rawKey: {key: own.key, remote: peer.pub}\\n    psk: 'x' | /connections/branch | psk, rawKey",
            "certificate: {file: own.pem, key: own.key} | /connections/branch/certificate | 'ca' is missing",
            "certificate: {file: own.pem, ca: [ca.pem]} | /connections/branch/certificate | key: own.key",
            "certificate: {file: absent.pem, key: own.key, ca: [ca.pem]} | /connections/branch/certificate/file | no file",
            "certificate: {file: own.key, key: own.key, ca: [ca.pem]} | /connections/branch/certificate/file | no certificate",
            "certificate: {file: own.pem, key: ca.pem, ca: [ca.pem]} | /connections/branch/certificate/key | chmod 600",
            "certificate: {file: own.pem, key: own.key, ca: [own.key]} | /connections/branch/certificate/ca/0 | no certificate",
            "certificate: {file: ca.pem, key: own.key, ca: [ca.pem]} | /connections/branch/certificate/file | not that of",
            "certificate: {file: own.pem, key: own.key, ca: [ca.pem], revocation: maybe} | /connections/branch/certificate/revocation | ifKnown",
            "rawKey: {key: own.key, remote: 0sAw} | /connections/branch/rawKey/remote | 0sAwEAAc",
            "rawKey: {key: own.key, remote: own.pem2} | /connections/branch/rawKey/remote | no file"})
    void errorsHaveAPlaceAndARemedy(String authentication, String path, String words) throws IOException {
        assertFinding(CONNECTION.formatted(authentication.replace("\\n", "\n")), Severity.ERROR, path, words);
    }

    /// One method is agreed for both sides, so that such a connection could never come up.
    @Test
    void rawKeysOfTwoKindsAreAnError() throws IOException {
        write("peer.pub", KeyText.pem(Keys.ec("secp256r1").getPublic()));
        assertFinding(CONNECTION.formatted("rawKey: {key: own.key, remote: peer.pub}"), Severity.ERROR,
                "/connections/branch/rawKey/remote", "another kind");
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws IOException {
        mode("own.key", "rw-r--r--");
        assertFinding(CERTIFICATE, Severity.ERROR, "/connections/branch/certificate/key", "chmod 600");
    }

    @Test
    void anOwnCertificateThatHasExpiredIsAnError() throws IOException {
        Instant now = Instant.now();
        write("own.pem", KeyText.pem(
                BRANCH.issue(GATEWAY.valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1))))));
        assertFinding(CERTIFICATE, Severity.ERROR, "/connections/branch/certificate/file", "has expired");
    }

    @Test
    void anOwnCertificateThatExpiresSoonIsAWarning() throws IOException {
        Instant now = Instant.now();
        write("own.pem", KeyText.pem(
                BRANCH.issue(GATEWAY.valid(now.minus(Duration.ofDays(9)), now.plus(Duration.ofHours(10 * 24 + 1))))));
        assertFinding(CERTIFICATE, Severity.WARNING, "/connections/branch/certificate/file", "expires in 10 days");
    }

    @Test
    void anIdentityThatTheOwnCertificateLacksIsAWarning() throws IOException {
        assertFinding(CERTIFICATE.replace("local: 192.0.2.1", "local: {address: 192.0.2.1, id: other.example}"),
                Severity.WARNING, "/connections/branch/local/id", "gw.example");
    }

    @Test
    void aShortKeyIsAnError() throws IOException {
        secret("own.key", KeyText.pkcs8(Keys.rsa(1024).getPrivate()));
        assertFinding(CONNECTION.formatted("rawKey: {key: own.key, remote: peer.pub}"), Severity.ERROR,
                "/connections/branch/rawKey/key", "shortRsaKeys");
    }
}
