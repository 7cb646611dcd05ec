package io.vanth.ike.certificate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The x509-limbo suite of path validation (S-13): the verdict that each chain should have, and ours.
class LimboTest {
    private static final String OWN_DEPTH = "the depth is bounded, but not by the operator";
    private static final String SIGNS = "refused, as its key usage allows no signatures (RFC 4945 section 5.1.3.2)";
    private static final String KEY_IDS = "a hint for finding issuers; that all signatures verify is what counts";
    private static final String FORM = "a form that issuers must keep and that widens nobody's trust: what the extension says is enforced";
    private static final String SERIAL = "old authorities numbered like this, and revocation compares the whole number";
    private static final String LENIENT = "an odd constraint of a trusted authority, which the JDK still applies";
    private static final String OTHER_NAME = "the broken name is no identity that a peer can use";
    /// Where ours is another, and why that is right for us.
    private static final Map<String, String> DEVIATIONS = new TreeMap<>(Map.ofEntries(
            entry("pathlen::max-chain-depth-0-exhausted",
                    OWN_DEPTH),
            entry("pathlen::max-chain-depth-1-exhausted",
                    OWN_DEPTH),
            entry("pathlen::validation-ignores-pathlen-in-leaf",
                    SIGNS),
            entry("rfc5280::ca-as-leaf",
                    SIGNS),
            entry("rfc5280::aki::cross-signed-root-missing-aki",
                    KEY_IDS),
            entry("rfc5280::aki::intermediate-missing-aki",
                    KEY_IDS),
            entry("rfc5280::aki::leaf-missing-aki",
                    KEY_IDS),
            entry("rfc5280::ski::intermediate-missing-ski",
                    KEY_IDS),
            entry("rfc5280::ski::root-missing-ski",
                    KEY_IDS),
            entry("rfc5280::eku::ee-wrong-eku",
                    "certificates for TLS clients may sign for IKE, see Purpose"),
            entry("rfc5280::leaf-ku-keycertsign",
                    FORM),
            entry("rfc5280::nc::not-allowed-in-ee-critical",
                    FORM),
            entry("rfc5280::nc::not-allowed-in-ee-noncritical",
                    FORM),
            entry("rfc5280::nc::permitted-dns-match-noncritical",
                    FORM),
            entry("rfc5280::pc::ica-noncritical-pc",
                    FORM),
            entry("rfc5280::root-non-critical-basic-constraints",
                    FORM),
            entry("rfc5280::serial::negative",
                    SERIAL),
            entry("rfc5280::serial::too-long",
                    SERIAL),
            entry("rfc5280::serial::zero",
                    SERIAL),
            entry("rfc5280::nc::invalid-dnsname-leading-period",
                    LENIENT),
            entry("rfc5280::nc::invalid-ipv4-address",
                    LENIENT),
            entry("rfc5280::nc::invalid-ipv6-address",
                    LENIENT),
            entry("rfc5280::nc::nc-permits-invalid-dns-san",
                    OTHER_NAME),
            entry("rfc5280::nc::nc-permits-invalid-email-san",
                    OTHER_NAME),
            entry("rfc5280::san::underscore-dns",
                    "underscores are in names of real gateways, and only an identity with the same underscore fits"),
            entry("rfc5280::nc::nc-forbids-alternate-chain-ica",
                    "the JDK takes the common name of an authority without alternative names for a domain name: stricter")));

    @Test
    void verdictsAreThoseOfTheSuite() throws IOException {
        Path file = Path.of(System.getProperty("vanth.corpora", ""), "certificates", "limbo.json");
        assumeTrue(Files.exists(file), "the corpora are not here");
        Map<String, String> deviations = new TreeMap<>();
        JsonNode tests = new ObjectMapper().readTree(file.toFile()).get("testcases");
        assertEquals(115, tests.size());
        for (JsonNode test : tests) {
            boolean expected = test.get("expected_result").asText().equals("SUCCESS");
            Optional<String> objection = objection(test);
            if (expected == objection.isPresent()) {
                deviations.put(test.get("id").asText(), objection.orElse("accepted"));
            }
        }
        assertEquals(DEVIATIONS.keySet(), deviations.keySet(), deviations::toString);
    }

    /// Why the chain is refused, all but the signature over the exchange, which the suite has no room for.
    private static Optional<String> objection(JsonNode test) {
        try {
            Instant now = test.hasNonNull("validation_time")
                    ? OffsetDateTime.parse(test.get("validation_time").asText()).toInstant()
                    : Instant.now();
            List<Payload.Certificate> payloads = new ArrayList<>();
            payloads.add(payload(test.get("peer_certificate")));
            test.get("untrusted_intermediates").forEach(each -> payloads.add(payload(each)));
            Presented presented = Presented.read(payloads);
            List<X509Certificate> anchors = new ArrayList<>();
            for (JsonNode each : test.get("trusted_certs")) {
                anchors.add(certificate(each));
            }
            return objection(test, presented, anchors, now);
        } catch (Presented.UnreadableException | CertificateException | IllegalArgumentException unreadable) {
            return Optional.of("unreadable: " + unreadable.getMessage());
        }
    }

    private static Optional<String> objection(JsonNode test, Presented presented, List<X509Certificate> anchors,
            Instant now) {
        X509Certificate leaf = presented.certificates().getFirst();
        new CertificateTrust(anchors, List.of(), List.of(), Revocation.OFF, false);
        JsonNode name = test.get("expected_peer_name");
        if (name.hasNonNull("value") && !SubjectNames.hold(leaf, identity(name.get("value").asText()))) {
            return Optional.of("another identity");
        }
        Optional<String> purpose = Purpose.objection(leaf);
        if (purpose.isPresent()) {
            return purpose;
        }
        List<Chain> chains = Chain.from(leaf, presented.certificates(), anchors);
        List<Optional<String>> objections = chains.stream()
                .map(chain -> ChainCheck.objection(chain, now, false).map(Verdict.Refused::toString)).toList();
        if (objections.contains(Optional.<String>empty())) {
            return Optional.empty();
        }
        return Optional.of(objections.stream().flatMap(Optional::stream).findFirst().orElse("no chain"));
    }

    private static Identity identity(String text) {
        return text.equals("foo_bar.example.com")
                ? new Identity(Identity.FQDN,
                        Bytes.owning(text.getBytes(StandardCharsets.UTF_8)))
                : Identity.parse(text);
    }

    private static Payload.Certificate payload(JsonNode pem) {
        String base64 = pem.asText().replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return Payload.Certificate.of(4, Bytes.owning(java.util.Base64.getDecoder().decode(base64)));
    }

    private static X509Certificate certificate(JsonNode pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.asText().getBytes(StandardCharsets.US_ASCII)));
    }
}
