package io.vanth.ike.certificate;

import io.vanth.ike.wire.Bytes;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Whose OCSP answers count, and for how long (RFC 6960).
class OcspExchangeTest {
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final Authority ROOT = Authority.root("C=DE, O=Example, CN=Root");
    private static final Authority OTHER = Authority.root("C=DE, O=Other, CN=Root");
    private static final X509Certificate LEAF = ROOT.issue(Request.of("CN=gw", Keys.ec("secp256r1"), "gw.example"));
    private static final OcspAnswers ANSWERS = OcspAnswers.by(ROOT, LEAF);
    private static final KeyPair DELEGATE = Keys.ec("secp256r1");
    private static final Request RESPONDER = Request.of("CN=Responder", DELEGATE).purposes(KeyUsage.digitalSignature,
            OCSP_SIGNING);

    private static RevocationStatus status(byte[] response) {
        return status(response, new RevocationLists(List.of()));
    }

    private static RevocationStatus status(byte[] response, RevocationLists known) {
        return new OcspExchange(LEAF, ROOT.certificate(), known, false).read(Bytes.of(response), Instant.now())
                .status();
    }

    private static void assertUnknown(String words, RevocationStatus status) {
        RevocationStatus.Unknown unknown = assertInstanceOf(RevocationStatus.Unknown.class, status);
        assertTrue(unknown.reason().contains(words), unknown.reason());
        assertTrue(unknown.reason().matches("[ -~]+"), unknown.reason());
    }

    @Test
    void theIssuerMayAnswer() {
        assertEquals(new RevocationStatus.Good(), status(ANSWERS.good()));
        assertInstanceOf(RevocationStatus.Revoked.class, status(ANSWERS.revoked()));
        assertUnknown("does not know", status(ANSWERS.answer(new UnknownStatus())));
    }

    @Test
    void aResponderOfTheIssuerMayAnswer() {
        X509Certificate responder = ROOT.issue(RESPONDER);
        assertEquals(new RevocationStatus.Good(), status(ANSWERS.signed(DELEGATE, responder).good()));
        assertUnknown("nobody whom the issuer entitled", status(ANSWERS.signed(DELEGATE, responder).good(),
                new RevocationLists(List.of(ROOT.revoking(responder)))));
    }

    @Test
    void othersMayNot() {
        Request old = RESPONDER.valid(Instant.now().minus(Duration.ofDays(9)), Instant.now().minusSeconds(9));
        List<X509Certificate> wrong = List.of(OTHER.issue(RESPONDER), ROOT.issue(old),
                Authority.root("C=DE, O=Example, CN=Root").issue(RESPONDER),
                ROOT.issue(RESPONDER.purposes(KeyUsage.digitalSignature)),
                ROOT.issue(RESPONDER.purposes(KeyUsage.digitalSignature, "1.3.6.1.5.5.7.3.1")),
                ROOT.issue(RESPONDER.purposes(KeyUsage.keyEncipherment, OCSP_SIGNING)),
                ROOT.authority("CN=Branch").issue(RESPONDER));
        for (X509Certificate each : wrong) {
            assertUnknown("nobody whom the issuer entitled", status(ANSWERS.signed(DELEGATE, each).good()));
        }
        assertUnknown("nobody whom the issuer entitled", status(ANSWERS.signed(DELEGATE).good()));
        assertUnknown("nobody whom the issuer entitled", status(ANSWERS.signed(OTHER.key()).good()));
        assertUnknown("nobody whom the issuer entitled", status(ANSWERS.signed(Keys.rsa(2048)).good()));
    }

    @Test
    void aShortKeyNeedsPermission() {
        KeyPair small = Keys.rsa(1024);
        X509Certificate responder = ROOT.issue(Request.of("CN=Responder", small).purposes(KeyUsage.digitalSignature,
                OCSP_SIGNING));
        byte[] response = ANSWERS.signed(small, responder).good();
        assertUnknown("nobody whom the issuer entitled", status(response));
        var lenient = new OcspExchange(LEAF, ROOT.certificate(), new RevocationLists(List.of()), true);
        assertEquals(new RevocationStatus.Good(), lenient.read(Bytes.of(response), Instant.now()).status());
    }

    @Test
    void anAnswerAboutAnotherCertificateSaysNothing() {
        X509Certificate sibling = ROOT.issue(Request.of("CN=gw2", DELEGATE));
        assertUnknown("another certificate", status(OcspAnswers.by(ROOT, sibling).good()));
        var otherIssuer = new OcspAnswers(LEAF, OTHER.certificate(), ROOT.key(), ANSWERS.from(), ANSWERS.next());
        assertUnknown("another certificate", status(otherIssuer.good()));
    }

    @Test
    void anAnswerCountsWithinItsDates() {
        Instant now = Instant.now();
        assertUnknown("out of date", status(ANSWERS.at(now.minusSeconds(7200), now.minusSeconds(60)).good()));
        assertUnknown("out of date", status(ANSWERS.at(now.plusSeconds(3600), now.plusSeconds(7200)).good()));
        assertUnknown("out of date", status(ANSWERS.at(now.minusSeconds(7200), null).good()));
        assertEquals(new RevocationStatus.Good(), status(ANSWERS.at(now.minusSeconds(60), null).good()));
        assertEquals(new RevocationStatus.Good(), status(ANSWERS.at(now.plusSeconds(60), null).good()),
                "the responder's clock is a little ahead");
        assertInstanceOf(RevocationStatus.Revoked.class,
                status(ANSWERS.at(now.minusSeconds(7200), now.minusSeconds(60)).revoked()));
    }

    /// tryLater (3) and unauthorized (6), and what is no response at all.
    @ParameterizedTest
    @ValueSource(strings = {"30030a0103", "30030a0106", "", "30", "3080", "3000", "30030a0100", "3082ffff", "02010030",
            "3c68746d6c3e"})
    void otherAnswersSayNothing(String hex) {
        assertUnknown("responder", status(HexFormat.of().parseHex(hex)));
    }

    @Test
    void nestedEncodingsDoNotExhaustTheStack() {
        byte[] nested = new byte[64 * 1024];
        for (int index = 0; index + 4 <= nested.length; index += 4) {
            int rest = nested.length - index - 4;
            nested[index] = 0x30;
            nested[index + 1] = (byte) 0x82;
            nested[index + 2] = (byte) (rest >> 8);
            nested[index + 3] = (byte) rest;
        }
        assertUnknown("responder", status(nested));
        Arrays.fill(nested, (byte) 0x30);
        for (int index = 1; index < nested.length; index += 2) {
            nested[index] = (byte) 0x80;
        }
        assertUnknown("responder", status(nested));
    }

    /// Whatever bytes change on the way, no revoked certificate becomes good.
    @Test
    void mutatedAnswersAreNeverGood() {
        byte[] response = ANSWERS.signed(DELEGATE, ROOT.issue(RESPONDER)).revoked();
        Random random = new Random(20260102);
        for (int round = 0; round < 1000; round++) {
            byte[] mutated = response.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutated[random.nextInt(mutated.length)] ^= (byte) (1 + random.nextInt(255));
            }
            assertFalse(status(mutated) instanceof RevocationStatus.Good);
        }
    }
}
