package io.vanth.ike.session;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.CertificateTrust;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.PinnedKey;
import io.vanth.ike.certificate.Request;
import io.vanth.ike.certificate.Revocation;
import io.vanth.ike.certificate.Trust;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-23: aggressive mode with certificates answers somebody who may not have asked with at most 8 times as much.
class AmplificationTest {
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2040-01-01T00:00:00Z");
    private static final int LIMIT = 8;
    private static final KeyPair KEY_A = Keys.ec("secp256r1");
    private static final KeyPair KEY_B = Keys.ec("secp256r1");
    private static final Authority ROOT = Authority.root(request("C=DE, CN=Root", Keys.ec("secp256r1"), 0));

    /// What the responder has: its own certificate and two of authorities between.
    private record Chain(Authority first, Authority second, X509Certificate own) {
        /// @param names how many names of 30 letters the certificates of the authorities and the own one have
        static Chain of(int authorities, int names) {
            Authority first = ROOT.authority(request("C=DE, CN=First", Keys.ec("secp256r1"), authorities));
            Authority second = first.authority(request("C=DE, CN=Second", Keys.ec("secp256r1"), authorities));
            return new Chain(first, second, second.issue(request("C=DE, CN=b", KEY_B, names)));
        }

        Credential credential() {
            return Credential.ofCertificate(KEY_B.getPrivate(), own, between());
        }

        List<X509Certificate> between() {
            return List.of(second.certificate(), first.certificate());
        }
    }

    private static Request request(String subject, KeyPair key, int names) {
        String[] alternatives = IntStream.range(0, names).mapToObj("name-%02d.of-this-gateway.example"::formatted)
                .toArray(String[]::new);
        return new Request(subject, List.of(alternatives), key, FROM, TO, 0, List.of(), false, "", "");
    }

    private static Trust trusting(List<X509Certificate> known) {
        return new CertificateTrust(List.of(ROOT.certificate()), known, List.of(), Revocation.OFF, false);
    }

    /// One end, whose messages are as small as they can be.
    private static Connection end(InetAddress own, Credential credential, Trust trust) {
        boolean first = own.equals(Pair.A);
        return ConnectionDraft.change(
                Pair.connection(own, first ? Pair.B : Pair.A, first ? StartMode.ALWAYS : StartMode.PASSIVE), draft -> {
                    draft.mode = PhaseOneMode.AGGRESSIVE;
                    draft.authentication = new Authentication.Signatures(credential, trust);
                    draft.encapsulation = Encapsulation.NO;
                    draft.fragmentation = new Fragmentation(Fragmentation.Use.NO, 1280);
                    draft.localId = first ? draft.localId : subject();
                    draft.remoteId = first ? subject() : draft.remoteId;
                });
    }

    private static Identity subject() {
        return Identity.parse("C=DE, CN=b");
    }

    private static Pair pair(Chain chain, Trust trustOfA) {
        return new Pair(end(Pair.A, Credential.ofKey(KEY_A), trustOfA),
                end(Pair.B, chain.credential(), new PinnedKey(KEY_A.getPublic(), false)));
    }

    /// The payloads of message 2.
    private static List<Payload> answer(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
        var message = assertInstanceOf(IsakmpMessage.class, MessageReader.read(pair.b().sent.getFirst()));
        return message.payloads();
    }

    private static List<Bytes> certificates(List<Payload> payloads) {
        return ExchangeScript.all(payloads, Payload.Certificate.class).stream().map(Payload.Certificate::data)
                .toList();
    }

    /// How much goes out for a first message when nothing more comes.
    private static void assertLittleForStranger(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofMillis(5));
        pair.a().dead = true;
        pair.advance(Duration.ofSeconds(40));
        long in = pair.a().sent.getFirst().length();
        long out = pair.b().sent.stream().mapToLong(Bytes::length).sum();
        assertTrue(out > 0 && out <= in * LIMIT, out + " bytes out for " + in);
    }

    private static List<String> notes(Pair.Host host) {
        return host.reports(Report.Note.class).stream().map(Report.Note::text)
                .filter(each -> each.contains("left out")).toList();
    }

    @Test
    void s23_a_chain_that_is_small_enough_goes_out_whole() {
        Chain chain = Chain.of(0, 0);
        Pair pair = pair(chain, trusting(List.of()));
        assertEquals(chain.credential().certificates(), certificates(answer(pair)));
        assertEquals(List.of(), notes(pair.b()));
        pair.assertConnected();
        assertLittleForStranger(pair(chain, trusting(List.of())));
    }

    @Test
    void s23_the_authorities_between_are_left_out_first_and_a_peer_that_knows_them_connects() {
        Chain chain = Chain.of(40, 0);
        Pair pair = pair(chain, trusting(chain.between()));
        assertEquals(chain.credential().certificates().subList(0, 1), certificates(answer(pair)));
        assertEquals(1, notes(pair.b()).size());
        pair.assertConnected();
        assertLittleForStranger(pair(chain, trusting(chain.between())));
    }

    @Test
    void s23_a_peer_that_asks_for_no_certificate_gets_the_leaf_of_a_chain_that_is_too_large() {
        Chain chain = Chain.of(40, 0);
        Trust knowing = new PinnedKey(KEY_B.getPublic(), false);
        Pair pair = pair(chain, knowing);
        assertEquals(chain.credential().certificates().subList(0, 1), certificates(answer(pair)));
        pair.assertConnected();
        assertLittleForStranger(pair(chain, knowing));
    }

    @Test
    void s23_a_leaf_that_is_too_large_is_left_out_and_the_explanation_says_so() {
        Chain chain = Chain.of(0, 80);
        Pair pair = pair(chain, trusting(List.of()));
        assertEquals(List.of(), certificates(answer(pair)));
        assertTrue(notes(pair.b()).getFirst().contains("our certificates"), notes(pair.b())::toString);
        var failure = pair.b().engine.diagnose("site").orElseThrow().failures().getFirst().failure();
        assertEquals(notes(pair.b()),
                failure.incident().circumstances().orElseThrow().progress().remarks());
        assertLittleForStranger(pair(chain, trusting(List.of())));
    }

    /// Whoever has the certificate already connects all the same.
    @Test
    void s23_who_knows_a_leaf_that_was_left_out_connects() {
        Chain chain = Chain.of(0, 80);
        Pair pair = pair(chain, trusting(List.of(chain.own(), chain.second().certificate(),
                chain.first().certificate())));
        assertEquals(List.of(), certificates(answer(pair)));
        pair.assertConnected();
    }

    /// Pieces have headers of their own, which count.
    @Test
    void s23_answers_in_pieces_keep_to_the_limit() {
        for (int names = 0; names < 80; names += 4) {
            Chain chain = Chain.of(names / 2, names);
            Connection a = end(Pair.A, Credential.ofKey(KEY_A), trusting(chain.between()));
            Connection b = end(Pair.B, chain.credential(), new PinnedKey(KEY_A.getPublic(), false));
            assertLittleForStranger(new Pair(a, ConnectionDraft.change(b,
                    draft -> draft.fragmentation = new Fragmentation(Fragmentation.Use.FORCE,
                            Fragmentation.SMALLEST))));
        }
    }
}
