package io.vanth.ike.certificate;

import io.vanth.ike.certificate.Verdict.Reason;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Who is believed, and what the operator reads about who is not (S-13, S-14).
class CertificateTrustTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Bytes HASH = Bytes.owning(new byte[32]);
    private static final KeyPair KEY = Keys.ec("secp256r1");
    private static final Authority ROOT = Authority.root("C=DE, O=Example, CN=Root");
    private static final Authority BRANCH = ROOT.authority("C=DE, O=Example, CN=Branch");
    private static final String SUBJECT = "C=DE, O=Example, CN=gw.example";
    private static final Request GATEWAY = Request.of(SUBJECT, KEY, "gw.example", "gw@example.org", "192.0.2.7",
            "2001:db8::7");

    private static CertificateTrust trust(Revocation revocation, X509CRL... lists) {
        return new CertificateTrust(List.of(ROOT.certificate()), List.of(), List.of(lists), revocation, false);
    }

    private static Verdict judge(Trust trust, String identity, Bytes hash, X509Certificate... certificates) {
        return trust.judge(claim(KEY, Identity.parse(identity), hash, certificates), Instant.now());
    }

    private static Trust.Claim claim(KeyPair key, Identity identity, Bytes hash, X509Certificate... certificates) {
        return new Trust.Claim(Credential.ofKey(key).method(), identity,
                Arrays.stream(certificates).map(CertificateTrustTest::payload).toList(), hash,
                Credential.ofKey(key).sign(HASH, RANDOM));
    }

    private static Payload.Certificate payload(X509Certificate certificate) {
        try {
            return Payload.Certificate.of(4, Bytes.owning(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRefused(Reason reason, String words, Verdict verdict) {
        Verdict.Refused refused = assertInstanceOf(Verdict.Refused.class, verdict);
        assertEquals(reason, refused.reason(), refused.detail());
        assertTrue(refused.detail().contains(words), refused.detail());
    }

    private static void assertGenuine(Verdict verdict) {
        assertEquals(new Verdict.Genuine(), verdict);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gw.example", "GW.example", "gw@example.org", "gw@EXAMPLE.org", "192.0.2.7", "2001:db8::7"})
    void believesEveryNameOfTheCertificate(String identity) {
        X509Certificate leaf = BRANCH.issue(GATEWAY);
        assertGenuine(judge(trust(Revocation.OFF), identity, HASH, leaf, BRANCH.certificate()));
    }

    /// RFC 4945 section 3.3: nothing is assumed about the order.
    @Test
    void findsTheCertificateBehindOthers() {
        X509Certificate leaf = BRANCH.issue(GATEWAY);
        assertGenuine(judge(trust(Revocation.OFF), "gw.example", HASH, ROOT.certificate(), BRANCH.certificate(), leaf));
    }

    @Test
    void takesTheAuthorityBetweenFromAFile() {
        var trust = new CertificateTrust(List.of(ROOT.certificate()), List.of(BRANCH.certificate()), List.of(),
                Revocation.OFF, false);
        assertGenuine(judge(trust, "gw.example", HASH, BRANCH.issue(GATEWAY)));
    }

    @Test
    void takesThePeersCertificateFromAFileWhenItSendsNone() {
        var trust = new CertificateTrust(List.of(ROOT.certificate()),
                List.of(BRANCH.certificate(), BRANCH.issue(GATEWAY)), List.of(), Revocation.OFF, false);
        assertGenuine(judge(trust, "gw.example", HASH));
        assertRefused(Reason.NO_CERTIFICATE, "'other.example'", judge(trust, "other.example", HASH));
    }

    @Test
    void believesACertificateThatIsConfiguredItself() {
        Authority self = Authority.root(Request.of(SUBJECT, KEY, "gw.example").purposes(0));
        X509Certificate own = self.issue(Request.of("CN=Other", KEY, "gw.example"));
        var trust = new CertificateTrust(List.of(own), List.of(), List.of(), Revocation.OFF, false);
        assertGenuine(judge(trust, "gw.example", HASH, own));
    }

    /// S-14: a name of one type is none of another, and the common name is no domain name.
    @ParameterizedTest
    @ValueSource(strings = {"other.example", "@@gw.example", "@gw@example.org", "192.0.2.8", "@192.0.2.7",
            "CN=gw.example",
            "@#6777"})
    void refusesOtherNames(String identity) {
        X509Certificate leaf = BRANCH.issue(GATEWAY);
        assertRefused(Reason.WRONG_IDENTITY, "C=DE, O=Example, CN=gw.example",
                judge(trust(Revocation.OFF), identity, HASH, leaf, BRANCH.certificate()));
    }

    /// A star is a wildcard where the operator writes it, and a letter where an applicant does.
    @Test
    void aStarInACertificateStandsForNobodyElse() {
        String star = "C=DE, O=Example, CN=*";
        X509Certificate subject = BRANCH.issue(Request.of(star, KEY));
        X509Certificate alternative = BRANCH.issue(Request.of("C=DE, O=Example, CN=guest", KEY, star));
        for (X509Certificate leaf : List.of(subject, alternative)) {
            assertRefused(Reason.WRONG_IDENTITY, SUBJECT,
                    judge(trust(Revocation.OFF), SUBJECT, HASH, leaf, BRANCH.certificate()));
            assertGenuine(judge(trust(Revocation.OFF), star, HASH, leaf, BRANCH.certificate()));
        }
    }

    /// An address with a mask among the alternative names: the certificate is refused, and nothing is thrown.
    @Test
    void aMalformedNameIsRefused() {
        X509Certificate leaf = BRANCH.issue(Request.of(SUBJECT, KEY, "192.0.2.0/24", "gw.example"));
        for (String identity : List.of("gw.example", "192.0.2.0", SUBJECT)) {
            assertRefused(Reason.WRONG_IDENTITY, "gw.example",
                    judge(trust(Revocation.OFF), identity, HASH, leaf, BRANCH.certificate()));
        }
    }

    /// S-14: sixteen octets are an IPv6 address, also where they map one of IPv4.
    @Test
    void aMappedAddressIsNotTheOneOfIpv4() {
        X509Certificate leaf = BRANCH.issue(Request.of(SUBJECT, KEY, "::ffff:192.0.2.7"));
        assertRefused(Reason.WRONG_IDENTITY, "192.0.2.7",
                judge(trust(Revocation.OFF), "192.0.2.7", HASH, leaf, BRANCH.certificate()));
        assertGenuine(judge(trust(Revocation.OFF), "::ffff:192.0.2.7", HASH, leaf, BRANCH.certificate()));
    }

    @Test
    void aCommonNameIsNoDomainName() {
        X509Certificate leaf = ROOT.issue(Request.of("CN=gw.example", KEY));
        assertRefused(Reason.WRONG_IDENTITY, "gw.example", judge(trust(Revocation.OFF), "gw.example", HASH, leaf));
    }

    @Test
    void refusesUnknownAuthorities() {
        Authority stranger = Authority.root("C=DE, O=Stranger, CN=Root");
        assertRefused(Reason.UNKNOWN_AUTHORITY, "O=Stranger",
                judge(trust(Revocation.OFF), "gw.example", HASH, stranger.issue(GATEWAY), stranger.certificate()));
    }

    /// The name is right, but the key is another.
    @Test
    void refusesAuthoritiesThatTakeATrustedName() {
        Authority impostor = Authority.root("C=DE, O=Example, CN=Root");
        assertRefused(Reason.BAD_CHAIN, "not signed",
                judge(trust(Revocation.OFF), "gw.example", HASH, impostor.issue(GATEWAY), impostor.certificate()));
    }

    @Test
    void refusesAuthoritiesThatAreNone() {
        KeyPair key = Keys.ec("secp256r1");
        Authority fake = Authority.of(key, ROOT.issue(Request.of("CN=No authority", key)));
        assertRefused(Reason.BAD_CHAIN, "CN=No authority",
                judge(trust(Revocation.OFF), "gw.example", HASH, fake.issue(GATEWAY), fake.certificate()));
    }

    @Test
    void refusesExpiredCertificates() {
        Request old = GATEWAY.valid(Instant.now().minus(Duration.ofDays(9)), Instant.now().minus(Duration.ofDays(1)));
        assertRefused(Reason.EXPIRED, old.to().toString().substring(0, 10),
                judge(trust(Revocation.OFF), "gw.example", HASH, ROOT.issue(old)));
    }

    @Test
    void refusesCertificatesThatAreNotYetValid() {
        Request early = GATEWAY.valid(Instant.now().plus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(9)));
        assertRefused(Reason.NOT_YET_VALID, "not yet valid",
                judge(trust(Revocation.OFF), "gw.example", HASH, ROOT.issue(early)));
    }

    @Test
    void refusesExpiredAuthorities() {
        Authority old = ROOT.authority(Request.of("CN=Old", Keys.ec("secp256r1"))
                .valid(Instant.now().minus(Duration.ofDays(9)), Instant.now().minus(Duration.ofDays(1))));
        assertRefused(Reason.EXPIRED, "CN=Old",
                judge(trust(Revocation.OFF), "gw.example", HASH, old.issue(GATEWAY), old.certificate()));
    }

    /// RFC 4945 sections 5.1.3.2 and 5.1.3.12.
    @ParameterizedTest
    @CsvSource({"128, '', true", "64, '', true", "32, '', false", "8, '', false", "128, 1.3.6.1.5.5.7.3.17, true",
            "128, 1.3.6.1.5.5.8.2.2, true", "128, 2.5.29.37.0, true", "128, 1.3.6.1.5.5.7.3.1, true",
            "128, 1.3.6.1.5.5.7.3.3, false", "128, 1.3.6.1.5.5.7.3.4, false", "0, '', true"})
    void looksAtThePurpose(int usage, String extended, boolean good) {
        Request request = GATEWAY.purposes(usage, extended.isEmpty() ? new String[0] : new String[]{extended});
        Verdict verdict = judge(trust(Revocation.OFF), "gw.example", HASH, ROOT.issue(request));
        if (good) {
            assertGenuine(verdict);
        } else {
            assertRefused(Reason.NOT_FOR_IKE, "usage", verdict);
        }
    }

    @Test
    void refusesSignaturesOverSomethingElse() {
        assertRefused(Reason.BAD_SIGNATURE, "CN=gw.example", judge(trust(Revocation.OFF), "gw.example",
                Bytes.ofHex("01"), ROOT.issue(GATEWAY)));
    }

    @Test
    void refusesSignaturesOfAnotherKey() {
        X509Certificate leaf = ROOT.issue(GATEWAY);
        var claim = claim(Keys.ec("secp256r1"), Identity.parse("gw.example"), HASH, leaf);
        assertRefused(Reason.BAD_SIGNATURE, "CN=gw.example", trust(Revocation.OFF).judge(claim, Instant.now()));
    }

    @Test
    void refusesAMethodThatIsNotTheKeys() {
        KeyPair key = Keys.ec("secp384r1");
        X509Certificate leaf = ROOT.issue(Request.of(SUBJECT, key, "gw.example"));
        var good = claim(key, Identity.parse("gw.example"), HASH, leaf);
        var bad = new Trust.Claim(AuthenticationMethod.ECDSA_256, good.identity(), good.certificates(), HASH,
                good.signature());
        assertGenuine(trust(Revocation.OFF).judge(good, Instant.now()));
        assertRefused(Reason.BAD_SIGNATURE, "CN=gw.example", trust(Revocation.OFF).judge(bad, Instant.now()));
    }

    @Test
    void refusesShortKeysUnlessTheyAreAllowed() {
        KeyPair key = Keys.rsa(1024);
        var claim = claim(key, Identity.parse("gw.example"), HASH,
                ROOT.issue(Request.of(SUBJECT, key, "gw.example")));
        assertRefused(Reason.WEAK_KEY, "1024 bits", trust(Revocation.OFF).judge(claim, Instant.now()));
        assertGenuine(new CertificateTrust(List.of(ROOT.certificate()), List.of(), List.of(), Revocation.OFF, true)
                .judge(claim, Instant.now()));
    }

    @ParameterizedTest
    @CsvSource({"OFF, true", "IF_KNOWN, false", "REQUIRED, false"})
    void refusesRevokedCertificates(Revocation revocation, boolean good) {
        X509Certificate leaf = ROOT.issue(GATEWAY);
        Verdict verdict = judge(trust(revocation, ROOT.revoking(leaf)), "gw.example", HASH, leaf);
        if (good) {
            assertGenuine(verdict);
        } else {
            assertRefused(Reason.REVOKED, leaf.getSerialNumber().toString(16), verdict);
        }
    }

    /// A certificate that is trusted itself, beside its authority, which has taken it back.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesRevokedCertificatesThatAreConfigured(boolean anchor) {
        X509Certificate leaf = ROOT.issue(GATEWAY);
        List<X509Certificate> anchors = anchor ? List.of(leaf, ROOT.certificate()) : List.of(leaf);
        List<X509Certificate> known = anchor ? List.of() : List.of(ROOT.certificate());
        var good = new CertificateTrust(anchors, known, List.of(ROOT.revoking()), Revocation.REQUIRED, false);
        assertGenuine(judge(good, "gw.example", HASH, leaf));
        var bad = new CertificateTrust(anchors, known, List.of(ROOT.revoking(leaf)), Revocation.IF_KNOWN, false);
        assertRefused(Reason.REVOKED, "revoked", judge(bad, "gw.example", HASH, leaf));
    }

    @Test
    void refusesRevokedAuthorities() {
        X509CRL[] lists = {ROOT.revoking(BRANCH.certificate()), BRANCH.revoking()};
        assertRefused(Reason.REVOKED, "CN=Branch", judge(trust(Revocation.IF_KNOWN, lists), "gw.example", HASH,
                BRANCH.issue(GATEWAY), BRANCH.certificate()));
    }

    @Test
    void requiresAListOfEveryAuthority() {
        X509Certificate leaf = BRANCH.issue(GATEWAY);
        X509CRL[] all = {ROOT.revoking(), BRANCH.revoking()};
        assertGenuine(judge(trust(Revocation.REQUIRED, all), "gw.example", HASH, leaf, BRANCH.certificate()));
        assertRefused(Reason.REVOCATION_UNKNOWN, "CN=Branch", judge(trust(Revocation.REQUIRED, BRANCH.revoking()),
                "gw.example", HASH, leaf, BRANCH.certificate()));
        assertGenuine(judge(trust(Revocation.IF_KNOWN), "gw.example", HASH, leaf, BRANCH.certificate()));
    }

    @Test
    void listsThatAreOldProveNothingGood() {
        X509Certificate leaf = ROOT.issue(GATEWAY);
        Instant then = Instant.now().minus(Duration.ofDays(2));
        X509CRL old = ROOT.revoking(then, Instant.now().minus(Duration.ofDays(1)));
        assertRefused(Reason.REVOCATION_UNKNOWN, "out of date",
                judge(trust(Revocation.REQUIRED, old), "gw.example", HASH, leaf));
        X509CRL oldButBad = ROOT.revoking(then, Instant.now().minus(Duration.ofDays(1)), leaf);
        assertRefused(Reason.REVOKED, "revoked",
                judge(trust(Revocation.IF_KNOWN, oldButBad), "gw.example", HASH, leaf));
    }

    @Test
    void listsOfAnImpostorCountForNothing() {
        X509Certificate leaf = ROOT.issue(GATEWAY);
        Authority impostor = Authority.root("C=DE, O=Example, CN=Root");
        assertGenuine(judge(trust(Revocation.IF_KNOWN, impostor.revoking(leaf)), "gw.example", HASH, leaf));
        assertRefused(Reason.REVOCATION_UNKNOWN, "no revocation list",
                judge(trust(Revocation.REQUIRED, impostor.revoking()), "gw.example", HASH, leaf));
    }

    @Test
    void asksForItsAuthorities() {
        assertEquals(List.of(SubjectNames.subject(ROOT.certificate()).data()), trust(Revocation.OFF).authorities());
    }

    /// S-13: many certificates of one name are no way to make us work.
    @Test
    void boundsWhatItReads() {
        X509Certificate[] many = Stream.generate(() -> ROOT.issue(GATEWAY)).limit(13).toArray(X509Certificate[]::new);
        assertRefused(Reason.MALFORMED, "13", judge(trust(Revocation.OFF), "gw.example", HASH, many));
        Authority first = Authority.root("CN=Loop");
        X509Certificate[] loop = Stream.concat(Stream.of(first.issue(GATEWAY)),
                Stream.generate(() -> first.authority("CN=Loop").certificate()).limit(11))
                .toArray(X509Certificate[]::new);
        assertRefused(Reason.UNKNOWN_AUTHORITY, "CN=Loop",
                judge(trust(Revocation.OFF), "gw.example", HASH, loop));
        assertTrue(Chain.from(loop[0], List.of(loop), List.of(first.certificate())).size() <= 16);
    }

    /// Sequences in sequences, and lengths that lie.
    @ParameterizedTest
    @ValueSource(strings = {"3080", "30", "", "3082ffff", "30820004deadbeef", "02010030"})
    void refusesWhatIsNoCertificate(String hex) {
        var payload = Payload.Certificate.of(4, Bytes.ofHex(hex));
        var claim = new Trust.Claim(AuthenticationMethod.ECDSA_256, Identity.parse("gw.example"), List.of(payload),
                HASH, HASH);
        assertRefused(Reason.MALFORMED, "certificate payloads", trust(Revocation.OFF).judge(claim, Instant.now()));
    }

    @Test
    void nestedEncodingsDoNotExhaustTheStack() {
        byte[] nested = new byte[16 * 1024];
        for (int index = 0; index + 4 <= nested.length; index += 4) {
            int rest = nested.length - index - 4;
            nested[index] = 0x30;
            nested[index + 1] = (byte) 0x82;
            nested[index + 2] = (byte) (rest >> 8);
            nested[index + 3] = (byte) rest;
        }
        for (int encoding : new int[]{1, 4, 7}) {
            var claim = new Trust.Claim(AuthenticationMethod.ECDSA_256, Identity.parse("gw.example"),
                    List.of(Payload.Certificate.of(encoding, Bytes.of(nested))), HASH, HASH);
            assertInstanceOf(Verdict.Refused.class, trust(Revocation.OFF).judge(claim, Instant.now()));
        }
    }

    /// Whatever bytes change, the verdict is a value, and never that the peer is genuine.
    @Test
    void mutatedCertificatesAreRefused() throws GeneralSecurityException {
        byte[] leaf = BRANCH.issue(GATEWAY).getEncoded();
        Random random = new Random(20260101);
        Trust trust = trust(Revocation.REQUIRED);
        for (int round = 0; round < 3000; round++) {
            byte[] mutated = leaf.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutated[random.nextInt(mutated.length)] ^= (byte) (1 + random.nextInt(255));
            }
            int encoding = new int[]{1, 4, 4, 4, 7}[random.nextInt(5)];
            var claim = new Trust.Claim(AuthenticationMethod.ECDSA_256, Identity.parse("gw.example"),
                    List.of(Payload.Certificate.of(encoding, Bytes.of(mutated)), payload(BRANCH.certificate())), HASH,
                    HASH);
            assertInstanceOf(Verdict.Refused.class, trust.judge(claim, Instant.now()));
        }
    }

    /// S-6: what a peer wrote into its certificate reaches the log as printable ASCII only.
    @Test
    void hostileNamesAreEscaped() {
        X509Certificate leaf = ROOT.issue(Request.of("CN=evil\nlog\u001b[2J\u202e", KEY, "x.example"));
        Verdict.Refused refused = assertInstanceOf(Verdict.Refused.class,
                judge(trust(Revocation.OFF), "gw.example", HASH, leaf));
        assertTrue(refused.detail().matches("[ -~]+"), refused.detail());
    }

    @Test
    void certificatesThatOnlyEncryptAreOfNoUse() {
        Request encrypting = GATEWAY.purposes(KeyUsage.keyEncipherment);
        assertRefused(Reason.NOT_FOR_IKE, "digitalSignature",
                judge(trust(Revocation.OFF), "gw.example", HASH, ROOT.issue(encrypting)));
    }

    @Test
    void anAnchorWhoseConstraintsCannotBeEnforcedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new CertificateTrust(
                List.of(ROOT.constrained("CN=Constrained", "example.org")), List.of(), List.of(), Revocation.OFF,
                false));
    }
}
