package io.vanth.ike.certificate;

import io.vanth.ike.certificate.Verdict.Reason;
import io.vanth.ike.fetch.HttpFetcher;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Revocation that a real HTTP server tells, and that a bad one does not (I-7, S-13).
class RevocationFetchTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Bytes HASH = Bytes.owning(new byte[32]);
    private static final KeyPair KEY = Keys.ec("secp256r1");
    private static final Authority ROOT = Authority.root("C=DE, O=Example, CN=Root");
    private static final Request GATEWAY = Request.of("C=DE, O=Example, CN=gw.example", KEY, "gw.example");
    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration HASTY = Duration.ofMillis(300);

    private final RevocationServer server = new RevocationServer();
    private final X509Certificate asking = ROOT.issue(GATEWAY.fetched(server.at("/ocsp"), ""));
    private final X509Certificate listed = ROOT.issue(GATEWAY.fetched("", server.at("/crl")));
    private final X509Certificate both = ROOT.issue(GATEWAY.fetched(server.at("/ocsp"), server.at("/crl")));

    @AfterEach
    void close() {
        server.close();
    }

    private static CertificateTrust trust(Revocation revocation, Duration each, X509CRL... lists) {
        return new CertificateTrust(List.of(ROOT.certificate()), List.of(), List.of(lists), revocation,
                Optional.of(new RevocationFetch(new HttpFetcher(each, PATIENT))), false);
    }

    private static CertificateTrust required() {
        return trust(Revocation.REQUIRED, PATIENT);
    }

    private static Trust.Claim claim(Bytes hash, X509Certificate... certificates) {
        List<Payload.Certificate> payloads = new ArrayList<>();
        try {
            for (X509Certificate each : certificates) {
                payloads.add(Payload.Certificate.of(4, Bytes.owning(each.getEncoded())));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return new Trust.Claim(Credential.ofKey(KEY).method(), Identity.parse("gw.example"), payloads, hash,
                Credential.ofKey(KEY).sign(HASH, RANDOM));
    }

    private static Verdict judge(Trust trust, X509Certificate... certificates) {
        return trust.judge(claim(HASH, certificates), Instant.now());
    }

    private static void assertGenuine(Verdict verdict) {
        assertEquals(new Verdict.Genuine(), verdict);
    }

    private static void assertRefused(Reason reason, String words, Verdict verdict) {
        Verdict.Refused refused = assertInstanceOf(Verdict.Refused.class, verdict);
        assertEquals(reason, refused.reason(), refused.detail());
        assertTrue(refused.detail().contains(words), refused.detail());
        assertTrue(refused.detail().matches("[ -~]+"), refused.detail());
    }

    private static void assertUnknown(String words, Verdict verdict) {
        assertRefused(Reason.REVOCATION_UNKNOWN, words, verdict);
    }

    private static byte[] encoded(X509CRL list) {
        try {
            return list.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aResponderKnowsTheCertificateAsGood() {
        List<byte[]> questions = Collections.synchronizedList(new ArrayList<>());
        server.answer("/ocsp", question -> {
            questions.add(question);
            return OcspAnswers.by(ROOT, asking).good();
        });
        assertGenuine(judge(required(), asking));
        assertEquals(List.of("POST /ocsp"), server.asked());
        assertEquals(new OcspExchange(asking, ROOT.certificate(), new RevocationLists(List.of()), false).question(),
                Bytes.of(questions.getFirst()));
    }

    @ParameterizedTest
    @EnumSource(names = {"IF_KNOWN", "REQUIRED"})
    void aResponderKnowsTheCertificateAsRevoked(Revocation revocation) {
        server.serve("/ocsp", OcspAnswers.by(ROOT, asking).revoked());
        assertRefused(Reason.REVOKED, asking.getSerialNumber().toString(16),
                judge(trust(revocation, PATIENT), asking));
    }

    @ParameterizedTest
    @EnumSource(names = {"IF_KNOWN", "REQUIRED"})
    void aFetchedListKnowsTheCertificateAsRevoked(Revocation revocation) {
        server.serve("/crl", encoded(ROOT.revoking(listed)));
        assertRefused(Reason.REVOKED, listed.getSerialNumber().toString(16),
                judge(trust(revocation, PATIENT), listed));
        assertEquals(List.of("GET /crl"), server.asked());
    }

    @Test
    void aFetchedListKnowsTheCertificateAsGood() {
        server.serve("/crl", encoded(ROOT.revoking(asking)));
        assertGenuine(judge(required(), listed));
    }

    @Test
    void aListStandsInForAResponderThatIsDown() {
        server.fail("/ocsp", 503);
        server.serve("/crl", encoded(ROOT.revoking(both)));
        assertRefused(Reason.REVOKED, "revoked", judge(required(), both));
        assertEquals(List.of("POST /ocsp", "GET /crl"), server.asked());
    }

    @Test
    void aResponderThatAnswersNeedsNoList() {
        server.serve("/ocsp", OcspAnswers.by(ROOT, both).good());
        assertGenuine(judge(required(), both));
        assertEquals(List.of("POST /ocsp"), server.asked());
    }

    /// A list may be current and yet older than the revocation.
    @Test
    void aResponderKnowsMoreThanAListInAFile() {
        server.serve("/ocsp", OcspAnswers.by(ROOT, asking).revoked());
        assertRefused(Reason.REVOKED, "revoked", judge(trust(Revocation.REQUIRED, PATIENT, ROOT.revoking()), asking));
    }

    @Test
    void aListInAFileStandsInForTheNetwork() {
        server.fail("/ocsp", 500);
        assertGenuine(judge(trust(Revocation.REQUIRED, PATIENT, ROOT.revoking()), asking));
    }

    @Test
    void aListInAFileThatKnowsOfTheRevocationNeedsNoNetwork() {
        assertRefused(Reason.REVOKED, "revoked",
                judge(trust(Revocation.IF_KNOWN, PATIENT, ROOT.revoking(asking)), asking));
        assertEquals(List.of(), server.asked());
    }

    @Test
    void withoutAnAnswerTheConfigurationDecides() {
        server.fail("/ocsp", 500);
        assertGenuine(judge(trust(Revocation.IF_KNOWN, PATIENT), asking));
        assertUnknown("status 500", judge(required(), asking));
    }

    @Test
    void aServerThatIsNotThereIsNoAnswer() {
        server.close();
        assertGenuine(judge(trust(Revocation.IF_KNOWN, PATIENT), both));
        assertUnknown("cannot be reached", judge(required(), both));
    }

    @Test
    void certificatesThatNameNoPlaceAreUnknown() {
        assertUnknown("names no http: address", judge(required(), ROOT.issue(GATEWAY)));
    }

    /// S-13: nothing but HTTP.
    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ldap://127.0.0.1/cn=x", "https://127.0.0.1/", "ftp://127.0.0.1/",
            "jar:http://127.0.0.1/!/", "http:", "http://", "http://u:p@127.0.0.1/", "http://127.0.0.1:99999/",
            "http://exa mple/", "HTTP://[::1/"})
    void otherAddressesAreNotAsked(String address) {
        assertUnknown("may be revoked",
                judge(trust(Revocation.REQUIRED, HASTY), ROOT.issue(GATEWAY.fetched(address, address))));
    }

    /// S-13: a slow server holds up nobody for long, whether it is silent or begins to answer.
    @Test
    void slowServersAreLeft() {
        server.silence("/ocsp");
        server.begin("/crl");
        assertUnknown("too slow", judge(trust(Revocation.REQUIRED, HASTY), asking));
        assertUnknown("too slow", judge(trust(Revocation.REQUIRED, HASTY), listed));
        assertGenuine(judge(trust(Revocation.IF_KNOWN, HASTY), both));
    }

    @Test
    void allFetchesOfAJudgementShareATime() {
        var none = new CertificateTrust(List.of(ROOT.certificate()), List.of(), List.of(), Revocation.REQUIRED,
                Optional.of(new RevocationFetch(new HttpFetcher(PATIENT, Duration.ZERO))), false);
        assertUnknown("no time left", judge(none, both));
        assertEquals(List.of(), server.asked());
    }

    /// S-13: neither an announced nor a chunked flood is taken in.
    @Test
    void hugeAnswersAreLeft() {
        server.serve("/ocsp", new byte[64 * 1024 + 1]);
        server.flood("/crl");
        assertUnknown("fetch failed", judge(required(), asking));
        assertUnknown("fetch failed", judge(required(), listed));
        server.serve("/crl", new byte[1024 * 1024 + 1]);
        assertUnknown("fetch failed", judge(required(), listed));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void threeRedirectsAreFollowed(int status) {
        server.redirect("/crl", status, server.at("/a"));
        server.redirect("/a", status, "/b");
        server.redirect("/b", status, "c");
        server.serve("/c", encoded(ROOT.revoking()));
        assertGenuine(judge(required(), listed));
        server.redirect("/c", status, "/d");
        server.serve("/d", encoded(ROOT.revoking()));
        assertUnknown("redirects", judge(required(), listed));
    }

    @Test
    void redirectsInACircleEnd() {
        server.redirect("/crl", 302, server.at("/crl"));
        assertUnknown("redirects", judge(required(), listed));
        assertEquals(4, server.asked().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "https://127.0.0.1/", "ldap://127.0.0.1/", "", "::"})
    void redirectsLeadToHttpOnly(String elsewhere) {
        server.redirect("/crl", 302, elsewhere);
        assertUnknown("address", judge(required(), listed));
    }

    @Test
    void answersAreKeptUntilTheirEnd() {
        server.serve("/ocsp", OcspAnswers.by(ROOT, asking).good());
        server.serve("/crl", encoded(ROOT.revoking()));
        CertificateTrust trust = required();
        Instant now = Instant.now();
        for (Duration later : List.of(Duration.ZERO, Duration.ofHours(23))) {
            assertGenuine(trust.judge(claim(HASH, asking), now.plus(later)));
            assertGenuine(trust.judge(claim(HASH, listed), now.plus(later)));
        }
        assertEquals(List.of("POST /ocsp", "GET /crl"), server.asked());
        assertUnknown("out of date", trust.judge(claim(HASH, asking), now.plus(Duration.ofHours(25))));
        assertUnknown("out of date", trust.judge(claim(HASH, listed), now.plus(Duration.ofHours(25))));
        assertEquals(4, server.asked().size());
    }

    @Test
    void aPlaceThatFailedIsLeftAloneForAWhile() {
        server.fail("/ocsp", 500);
        CertificateTrust trust = required();
        Instant now = Instant.now();
        assertUnknown("status 500", trust.judge(claim(HASH, asking), now));
        server.serve("/ocsp", OcspAnswers.by(ROOT, asking).good());
        assertUnknown("status 500", trust.judge(claim(HASH, asking), now.plusSeconds(59)));
        assertGenuine(trust.judge(claim(HASH, asking), now.plusSeconds(61)));
    }

    /// S-13: strangers make us fetch nothing.
    @Test
    void nothingIsFetchedBeforeTheChainIsTrusted() {
        server.serve("/ocsp", OcspAnswers.by(ROOT, asking).good());
        Request request = GATEWAY.fetched(server.at("/ocsp"), server.at("/crl"));
        Authority stranger = Authority.root("C=DE, O=Stranger, CN=Root");
        Authority impostor = Authority.root("C=DE, O=Example, CN=Root");
        Request old = request.valid(Instant.now().minus(Duration.ofDays(9)), Instant.now().minus(Duration.ofDays(1)));
        CertificateTrust trust = required();
        assertRefused(Reason.UNKNOWN_AUTHORITY, "", judge(trust, stranger.issue(request), stranger.certificate()));
        assertRefused(Reason.BAD_CHAIN, "", judge(trust, impostor.issue(request), impostor.certificate()));
        assertRefused(Reason.EXPIRED, "", judge(trust, ROOT.issue(old)));
        assertRefused(Reason.NOT_FOR_IKE, "", judge(trust, ROOT.issue(request.purposes(128, "1.3.6.1.5.5.7.3.4"))));
        assertRefused(Reason.BAD_SIGNATURE, "", trust.judge(claim(Bytes.ofHex("01"), both), Instant.now()));
        assertRefused(Reason.WRONG_IDENTITY, "",
                judge(trust, ROOT.issue(Request.of("CN=x", KEY, "x.example").fetched(server.at("/ocsp"), ""))));
        assertGenuine(judge(trust(Revocation.OFF, PATIENT), both));
        assertEquals(List.of(), server.asked());
    }

    /// What a revoked authority says of its certificates is not even asked for.
    @Test
    void authoritiesAreAskedForFirst() {
        Authority branch = ROOT.authority(Request.of("CN=Branch", Keys.ec("secp256r1"))
                .fetched(server.at("/root"), ""));
        X509Certificate leaf = branch.issue(GATEWAY.fetched(server.at("/branch"), ""));
        server.serve("/branch", OcspAnswers.by(branch, leaf).good());
        server.serve("/root", OcspAnswers.by(ROOT, branch.certificate()).good());
        assertGenuine(judge(required(), leaf, branch.certificate()));
        assertEquals(List.of("POST /root", "POST /branch"), server.asked());
        server.serve("/root", OcspAnswers.by(ROOT, branch.certificate()).revoked());
        assertRefused(Reason.REVOKED, "CN=Branch", judge(required(), leaf, branch.certificate()));
        assertEquals(3, server.asked().size());
    }

    @Test
    void onlyATrustThatMayFetchMayWait() {
        assertTrue(required().mayWait());
        assertFalse(trust(Revocation.OFF, PATIENT).mayWait());
        assertFalse(new CertificateTrust(List.of(ROOT.certificate()), List.of(), List.of(), Revocation.REQUIRED, false)
                .mayWait());
    }

    @Test
    void whatIsRememberedIsBounded() {
        Remembered<Integer, String> two = new Remembered<>(2);
        Instant now = Instant.now();
        for (int index = 0; index < 3; index++) {
            two.put(index, "value", now.plusSeconds(9));
        }
        assertEquals(Optional.empty(), two.get(0, now));
        assertEquals(Optional.of("value"), two.get(2, now));
        assertEquals(Optional.empty(), two.get(2, now.plusSeconds(10)));
    }
}
