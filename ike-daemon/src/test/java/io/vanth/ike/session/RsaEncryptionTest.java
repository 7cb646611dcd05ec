package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Authentication by RSA encryption is an oracle (Felsch et al. 2018): never offered, never taken.
class RsaEncryptionTest {
    private static final int RSA_SIGNATURES = 3;
    private static final int RSA_ENCRYPTION = 4;
    private static final int REVISED_RSA_ENCRYPTION = 5;
    private static final int AUTHENTICATION = 3;
    private static final int KEY_IKE = 1;

    private static Pair pair() {
        return new Pair(end(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS)),
                end(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE)));
    }

    private static Connection end(Connection of) {
        return ConnectionWords.apply(of, List.of("auth rsa"));
    }

    /// aes256-sha256-ecp256 with each of the methods.
    private static Payload.Sa offer(int... methods) {
        return Payload.Sa.of(List.of(new Payload.Proposal(1, 1, Bytes.EMPTY,
                IntStream.range(0, methods.length).mapToObj(i -> new Payload.TransformItem(i + 1, KEY_IKE,
                        Stream.of(new int[]{1, 7}, new int[]{14, 256}, new int[]{2, 4}, new int[]{4, 19},
                                new int[]{AUTHENTICATION, methods[i]}, new int[]{11, 1}, new int[]{12, 28_800})
                                .map(each -> Attribute.basic(each[0], each[1])).toList()))
                        .toList())));
    }

    private static void say(Pair pair, ExchangeType exchange, Payload.Sa sa) {
        var header = IsakmpHeader.of(new Cookie(0x1122_3344_5566_7788L), Cookie.NONE, exchange.code(), 0, 0);
        pair.b().event(new Event.Datagram(
                new Path(new InetSocketAddress(Pair.B, 500), new InetSocketAddress(Pair.A, 500), false),
                MessageWriter.write(header, List.of(sa))));
    }

    @DisplayName("S-16: methods 4 and 5 are refused, and nothing is computed for them")
    @ValueSource(ints = {RSA_ENCRYPTION, REVISED_RSA_ENCRYPTION})
    @ParameterizedTest
    void encryption_is_refused_without_an_operation(int method) {
        Pair pair = pair();
        pair.b().start();
        say(pair, ExchangeType.MAIN_MODE, offer(method));
        assertEquals(Set.of(), pair.b().openTickets, "no computation was asked for");
        assertEquals(1, pair.b().sent.size());
        assertEquals(ExchangeType.INFORMATIONAL.code(), pair.b().sent.getFirst().at(18));
        assertTrue(pair.b().reports(Report.Failed.class).stream()
                .anyMatch(each -> each.failure().label().equals("no_proposal_chosen")));
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
        say(pair, ExchangeType.AGGRESSIVE, offer(method));
        assertEquals(Set.of(), pair.b().openTickets);
    }

    @DisplayName("S-16: of all methods, signatures are taken")
    @Test
    void signatures_are_taken_of_all_methods() {
        Pair pair = pair();
        pair.b().start();
        say(pair, ExchangeType.MAIN_MODE, offer(RSA_ENCRYPTION, REVISED_RSA_ENCRYPTION, RSA_SIGNATURES));
        var answer = assertInstanceOf(IsakmpMessage.class, MessageReader.read(pair.b().sent.getFirst()));
        assertEquals(List.of(RSA_SIGNATURES), methods(answer));
    }

    @DisplayName("S-16: methods 4 and 5 are not offered")
    @Test
    void encryption_is_not_offered() {
        Pair pair = pair();
        pair.a().start();
        var offer = assertInstanceOf(IsakmpMessage.class, MessageReader.read(pair.a().sent.getFirst()));
        assertEquals(List.of(RSA_SIGNATURES), methods(offer));
    }

    private static List<Integer> methods(IsakmpMessage message) {
        var sa = assertInstanceOf(Payload.Sa.class, message.payloads().getFirst());
        return sa.proposals().getFirst().transforms().stream().flatMap(each -> each.attributes().stream())
                .filter(each -> each.type() == AUTHENTICATION).map(each -> (int) each.number()).toList();
    }
}
