package io.vanth.ike.policy;

import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.policy.ProposalComparison.Row;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Proposal;
import io.vanth.ike.wire.Payload.TransformItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProposalComparisonTest {
    private static final List<AuthenticationMethod> PSK = List.of(AuthenticationMethod.PRE_SHARED_KEY);
    private static final int KEY_IKE = 1;

    private static List<String> differing(ProposalComparison comparison) {
        return comparison.closest().stream().filter(Row::differs)
                .map(row -> "%s: %s, %s".formatted(row.attribute(), row.ours(), row.theirs())).toList();
    }

    private static List<IkeProposal> ike(String... texts) {
        return Stream.of(texts).map(ProposalNames::parseIke).toList();
    }

    private static List<EspProposal> esp(String... texts) {
        return Stream.of(texts).map(ProposalNames::parseEsp).toList();
    }

    private static Payload.Sa phaseOne(Attribute... attributes) {
        return Payload.Sa.of(List.of(new Proposal(1, PhaseOneOffer.PROTO_ISAKMP, Bytes.EMPTY,
                List.of(new TransformItem(1, KEY_IKE, List.of(attributes))))));
    }

    @Test
    void the_pair_with_the_fewest_differences_is_compared() {
        // 3DES, SHA-1, group 2, pre-shared key; then AES-256, SHA-256, group 2, RSA signatures (RFC 2409 appendix A).
        var offered = Payload.Sa.of(List.of(new Proposal(1, PhaseOneOffer.PROTO_ISAKMP, Bytes.EMPTY, List.of(
                new TransformItem(1, KEY_IKE,
                        List.of(Attribute.basic(1, 5), Attribute.basic(2, 2), Attribute.basic(3, 1),
                                Attribute.basic(4, 2))),
                new TransformItem(2, KEY_IKE,
                        List.of(Attribute.basic(1, 7), Attribute.basic(14, 256), Attribute.basic(2, 4),
                                Attribute.basic(3, 1), Attribute.basic(4, 2)))))));
        var comparison = ProposalComparison.phaseOne(offered, ike("aes128-sha1-ecp256", "aes256-sha256-modp2048"),
                PSK);
        assertEquals(List.of("group: modp2048, modp1024"), differing(comparison));
        assertEquals(List.of("cipher", "key length", "hash", "group", "authentication"),
                comparison.closest().stream().map(Row::attribute).toList());
        assertEquals(List.of("aes128-sha1-ecp256", "aes256-sha256-modp2048"), comparison.ours());
        assertEquals(2, comparison.theirs().size());
    }

    @Test
    void a_method_may_be_the_difference() {
        var offered = phaseOne(Attribute.basic(1, 7), Attribute.basic(14, 256), Attribute.basic(2, 4),
                Attribute.basic(3, 3), Attribute.basic(4, 14));
        assertEquals(List.of("authentication: pre-shared key, RSA signatures"),
                differing(ProposalComparison.phaseOne(offered, ike("aes256-sha256-modp2048"), PSK)));
    }

    @Test
    void what_is_missing_and_unknown_is_said() {
        var offered = phaseOne(Attribute.basic(1, 99), Attribute.basic(4, 14));
        assertEquals(
                List.of("cipher: aes, cipher-99", "key length: 256, none", "hash: sha256, none",
                        "authentication: pre-shared key, none"),
                differing(ProposalComparison.phaseOne(offered, ike("aes256-sha256-modp2048"), PSK)));
    }

    @Test
    void a_missing_group_is_a_difference_only_where_one_is_demanded() {
        var offered = PhaseTwoOffer.offer(esp("aes128gcm16"), Duration.ofHours(1), TunnelMode.UDP, new Spi(0x1000));
        assertEquals(List.of("PFS group: modp2048, none"),
                differing(ProposalComparison.phaseTwo(offered, esp("aes128gcm16-modp2048"), TunnelMode.UDP)));
        assertEquals(List.of("cipher: aesgcm16, aes", "integrity: none, sha256"),
                differing(ProposalComparison.phaseTwo(
                        PhaseTwoOffer.offer(esp("aes128-sha256-modp2048"), Duration.ofHours(1), TunnelMode.UDP,
                                new Spi(0x1000)),
                        esp("aes128gcm16"), TunnelMode.UDP)));
    }

    @Test
    void the_encapsulation_may_be_the_difference() {
        var offered = PhaseTwoOffer.offer(esp("aes128gcm16"), Duration.ofHours(1), TunnelMode.PLAIN, new Spi(0x1000));
        assertEquals(List.of("encapsulation: tunnel in UDP, tunnel"),
                differing(ProposalComparison.phaseTwo(offered, esp("aes128gcm16"), TunnelMode.UDP)));
    }

    @Test
    void it_is_bounded_and_total() {
        var random = new Random(7);
        List<TransformItem> transforms = new ArrayList<>(
                Collections.nCopies(250, new TransformItem(1, 77, List.of())));
        for (int i = 0; i < 200; i++) {
            transforms.set(i, new TransformItem(i & 0xff, random.nextInt(256),
                    List.of(Attribute.basic(random.nextInt(20), random.nextInt(0x10000)),
                            Attribute.variable(random.nextInt(20), Bytes.ofHex("ffffffffffffffffffff")))));
        }
        var offered = Payload.Sa.of(IntStream.range(0, 40)
                .mapToObj(each -> new Proposal(each, random.nextInt(5), Bytes.EMPTY, transforms)).toList());
        var one = ProposalComparison.phaseOne(offered, ike("aes256-sha256-modp2048"), PSK);
        var two = ProposalComparison.phaseTwo(offered, esp("aes128gcm16"), TunnelMode.PLAIN);
        assertTrue(one.theirs().size() <= 33);
        assertTrue(two.theirs().size() <= 33);
        assertFalse(one.closest().isEmpty());
        assertFalse(two.closest().isEmpty());
        assertEquals(List.of(), ProposalComparison.phaseOne(Payload.Sa.of(List.of()),
                ike("aes256-sha256-modp2048"), PSK).closest());
    }
}
