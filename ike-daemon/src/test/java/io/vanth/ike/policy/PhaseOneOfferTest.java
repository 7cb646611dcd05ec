package io.vanth.ike.policy;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Proposal;
import io.vanth.ike.wire.Payload.TransformItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/// I-3. Attribute numbers are those of RFC 2409 appendix A.
class PhaseOneOfferTest {
    private static final List<AuthenticationMethod> PSK = List.of(AuthenticationMethod.PRE_SHARED_KEY);
    private static final Duration HOURS = Duration.ofHours(8);
    private static final List<Attribute> AES128_SHA1_GROUP14 = List.of(Attribute.basic(1, 7),
            Attribute.basic(14, 128), Attribute.basic(2, 2), Attribute.basic(4, 14), Attribute.basic(3, 1));

    @Test
    void theFirstAcceptableOfTheInitiatorIsChosen() {
        var offered = PhaseOneOffer.offer(ike("aes256-sha512-ecp256", "aes128-sha1-modp2048", "aes256-sha256-modp2048"),
                PSK, HOURS);
        var selection = PhaseOneOffer.select(offered, ike("aes256-sha256-modp2048", "aes128-sha1-modp2048"), PSK)
                .orElseThrow();
        assertEquals("aes128-sha1-modp2048", selection.proposal().toString());
        assertEquals(List.of(offered.proposals().getFirst().transforms().get(1)),
                selection.answer().proposals().getFirst().transforms());
    }

    @Test
    void transformsOfSeveralProposalsAreLookedAt() {
        var offered = sa(proposal(1, Bytes.EMPTY, transform(Attribute.basic(1, 4))),
                proposal(2, Bytes.EMPTY, transform(AES128_SHA1_GROUP14)));
        var answer = PhaseOneOffer.select(offered, ike("aes128-sha1-modp2048"), PSK).orElseThrow().answer();
        assertEquals(List.of(offered.proposals().get(1)), answer.proposals());
    }

    @Test
    void theMethodIsPartOfTheChoice() {
        var offered = PhaseOneOffer.offer(ike("aes128-sha1-modp2048"),
                List.of(AuthenticationMethod.ECDSA_256, AuthenticationMethod.RSA_SIGNATURE), HOURS);
        assertEquals(Optional.empty(), PhaseOneOffer.select(offered, ike("aes128-sha1-modp2048"), PSK));
        assertEquals(AuthenticationMethod.RSA_SIGNATURE, PhaseOneOffer.select(offered, ike("aes128-sha1-modp2048"),
                List.of(AuthenticationMethod.RSA_SIGNATURE, AuthenticationMethod.PRE_SHARED_KEY)).orElseThrow()
                .method());
    }

    /// S-16: whoever accepts methods 4 and 5 can be made an oracle.
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void encryptionWithRsaIsNeverAccepted(int method) {
        var offered = sa(transform(Attribute.basic(1, 7), Attribute.basic(14, 128), Attribute.basic(2, 2),
                Attribute.basic(4, 14), Attribute.basic(3, method)));
        assertEquals(Optional.empty(), PhaseOneOffer.select(offered, (_, _) -> true));
        assertEquals(List.of("aes128-sha1-modp2048 with RSA encryption"), PhaseOneOffer.describe(offered));
    }

    @Test
    void attributesComeInAnyOrderAndEitherForm() {
        List<Attribute> attributes = new ArrayList<>(List.of(Attribute.variable(1, Bytes.ofHex("0007")),
                Attribute.variable(14, Bytes.ofInt(128)), Attribute.variable(2, Bytes.ofHex("02")),
                Attribute.basic(4, 14), Attribute.variable(3, Bytes.ofHex("0000000000000001"))));
        var random = new Random(1);
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(attributes, random);
            var offered = sa(transform(attributes));
            assertEquals("aes128-sha1-modp2048", PhaseOneOffer.select(offered, ike("aes128-sha1-modp2048"), PSK)
                    .orElseThrow().proposal().toString());
            var ours = PhaseOneOffer.offer(ike("aes256-sha1-modp2048", "aes128-sha1-modp2048"), PSK, HOURS);
            assertInstanceOf(Confirmation.Same.class, PhaseOneOffer.confirm(ours, offered));
        }
    }

    /// RFC 3602 section 5 wants the key length of AES; RFC 2451 has a usual one for the others.
    @ParameterizedTest
    @CsvSource({"7,,''", "7,0,''", "7,128,aes128", "7,129,''", "7,256,aes256", "7,65535,''", "8,,''",
            "8,192,camellia192",
            "5,,3des", "5,192,3des", "5,128,''", "5,0,''", "1,,des", "1,64,des", "1,56,''", "3,,blowfish128",
            "3,448,blowfish448", "3,456,''", "3,40,blowfish40", "3,41,''", "6,,cast128", "6,128,cast128", "6,40,''",
            "2,,''",
            "4,128,''", "9,128,''", "0,,''"})
    void keyLengths(int cipher, Integer bits, String accepted) {
        var attributes = new ArrayList<>(List.of(Attribute.basic(1, cipher), Attribute.basic(2, 2),
                Attribute.basic(4, 14), Attribute.basic(3, 1)));
        if (bits != null) {
            attributes.add(Attribute.basic(14, bits));
        }
        var known = Stream
                .of("aes128", "aes256", "camellia192", "3des", "des", "blowfish128", "blowfish448", "blowfish40",
                        "cast128")
                .map(word -> ProposalNames.parseIke(word + "-sha1-modp2048")).toList();
        assertEquals(accepted.isEmpty() ? Optional.empty() : Optional.of(accepted + "-sha1-modp2048"),
                PhaseOneOffer.select(sa(transform(attributes)), known, PSK).map(each -> each.proposal().toString()));
    }

    @Test
    void whatIsDoubledOrUnknownIsNotAccepted() {
        for (Attribute more : List.of(Attribute.basic(4, 14), Attribute.basic(4, 1), Attribute.basic(13, 1),
                Attribute.basic(5, 1), Attribute.variable(6, Bytes.of(new byte[256])), Attribute.basic(16_384, 1))) {
            List<Attribute> attributes = new ArrayList<>(AES128_SHA1_GROUP14);
            attributes.add(more);
            assertEquals(Optional.empty(), PhaseOneOffer.select(sa(transform(attributes)), (_, _) -> true),
                    more::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"800b0001 800c0e10,3600", "800b0001 000c000400000e10,3600", "800b0001 000c00080000000000000e10,3600",
            "800b0001 000c0004ffffffff,", "800b0001 000c0008ffffffffffffffff,", "800b0001 800c0000,", "'',",
            "800b0002 800c0e10,", "800b0002 800c03e8 800b0001 800c0e10,3600",
            "800b0001 800c0e10 800b0002 000c00040000ffff,3600", "800b0001 800c0e10 800b0001 800c0708,1800",
            "800c0e10,", "800b0001,", "800b0001 000c0000,", "800b0001 000c0009010000000000000e10,"})
    void lifetimes(String attributes, Long seconds) {
        var lifetime = MessageReader.readAttributes(Bytes.ofHex(attributes.replace(" ", "")))
                .orElseThrow();
        List<Attribute> all = new ArrayList<>(AES128_SHA1_GROUP14);
        all.addAll(lifetime);
        var selection = PhaseOneOffer.select(sa(transform(all)), ike("aes128-sha1-modp2048"), PSK).orElseThrow();
        assertEquals(Optional.ofNullable(seconds).map(Duration::ofSeconds), selection.lifetime());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"aes256-sha256-modp2048 | key length: offered 128, selected 256",
            "aes128-sha1-ecp256 | group: offered modp2048, selected ecp256; hash: offered sha256, selected sha1"})
    void aChangedSelectionIsNamed(String selected, String what) {
        var ours = PhaseOneOffer.offer(ike("aes128-sha256-modp2048"), PSK, HOURS);
        var different = assertInstanceOf(Confirmation.Different.class,
                PhaseOneOffer.confirm(ours, PhaseOneOffer.offer(ike(selected), PSK, HOURS)));
        assertEquals(sorted(what), sorted(different.what()));
    }

    @Test
    void whatIsAddedOrLeftOutIsNamed() {
        var ours = PhaseOneOffer.offer(ike("aes128-sha1-modp2048"), PSK, HOURS);
        assertDifferent("key length: offered 128, selected none", ours, Attribute.basic(1, 7), Attribute.basic(2, 2),
                Attribute.basic(4, 14), Attribute.basic(3, 1));
        assertDifferent("attribute 13: offered none, selected 1", ours, Attribute.basic(1, 7), Attribute.basic(2, 2),
                Attribute.basic(4, 14), Attribute.basic(3, 1), Attribute.basic(14, 128), Attribute.basic(13, 1));
        assertDifferent("hash: offered sha1, selected sha1, sha256", ours, Attribute.basic(1, 7),
                Attribute.basic(2, 2), Attribute.basic(2, 4), Attribute.basic(4, 14), Attribute.basic(3, 1),
                Attribute.basic(14, 128));
        assertDifferent("authentication: offered pre-shared key, selected RSA encryption", ours, Attribute.basic(1, 7),
                Attribute.basic(2, 2), Attribute.basic(4, 14), Attribute.basic(3, 4), Attribute.basic(14, 128));
    }

    private static void assertDifferent(String what, Payload.Sa ours, Attribute... attributes) {
        var different = assertInstanceOf(Confirmation.Different.class,
                PhaseOneOffer.confirm(ours, sa(transform(attributes))));
        assertEquals(what, different.what());
    }

    @Test
    void moreThanOneSelectionIsNone() {
        var ours = PhaseOneOffer.offer(ike("aes128-sha1-modp2048", "aes256-sha1-modp2048"), PSK, HOURS);
        assertInstanceOf(Confirmation.Different.class, PhaseOneOffer.confirm(ours, ours));
        assertInstanceOf(Confirmation.Different.class, PhaseOneOffer.confirm(ours, sa(new Proposal[0])));
        assertInstanceOf(Confirmation.Different.class,
                PhaseOneOffer.confirm(ours, sa(proposal(1, Bytes.EMPTY), proposal(1, Bytes.EMPTY))));
    }

    /// Old peers do that, so it is tolerated and said.
    @Test
    void aChangedLifetimeIsToleratedAndNamed() {
        var ours = PhaseOneOffer.offer(ike("aes128-sha1-modp2048"), PSK, HOURS);
        assertEquals(Optional.empty(), same(ours, ours).change());
        var shorter = same(ours, PhaseOneOffer.offer(ike("aes128-sha1-modp2048"), PSK, Duration.ofHours(1)));
        assertEquals(Optional.of(Duration.ofHours(1)), shorter.lifetime());
        assertEquals(Optional.of("the peer changed the lifetime from 28800 seconds to 3600 seconds"),
                shorter.change());
        assertEquals(Optional.of("the peer changed the lifetime from 28800 seconds to none"),
                same(ours, sa(transform(AES128_SHA1_GROUP14))).change());
    }

    private static Confirmation.Same<?> same(Payload.Sa ours, Payload.Sa theirs) {
        return assertInstanceOf(Confirmation.Same.class, PhaseOneOffer.confirm(ours, theirs));
    }

    /// RFC 2407 section 4.6.3.1.
    @Test
    void aResponderLifetimeIsWrittenAndReadInEitherNumbering() {
        assertEquals("800b0001000c000400015180", PhaseOneOffer.lifetimeData(Duration.ofDays(1)).hex());
        for (String data : List.of("800b0001000c000400015180", "80010001000200040001518080020e10", "8001000100020004"
                + "00015180")) {
            assertEquals(Optional.of(Duration.ofDays(1)), PhaseOneOffer.lifetime(Bytes.ofHex(data)).map(each -> each
                    .compareTo(Duration.ofDays(1)) > 0 ? each : Duration.ofDays(1)));
        }
        for (String data : List.of("", "80", "800b0001000c", "800b000200020004", "800b0002800c0e10")) {
            assertEquals(Optional.empty(), PhaseOneOffer.lifetime(Bytes.ofHex(data)), data);
        }
    }

    /// S-10, CVE-2016-3071 and its like: all sizes of SPI, and as many transforms as a datagram can hold and more.
    @Test
    void hostileProposalsGetARightAnswerInBoundedTime() {
        for (int size = 0; size <= 255; size++) {
            var offered = sa(proposal(1, Bytes.of(new byte[size]), transform(AES128_SHA1_GROUP14)));
            var selected = PhaseOneOffer.select(offered, ike("aes128-sha1-modp2048"), PSK);
            // RFC 2408 section 3.5: up to 16, and then it comes back as it is.
            assertEquals(size <= 16, selected.isPresent(), "SPI of " + size);
            selected.ifPresent(each -> assertEquals(offered.proposals(), each.answer().proposals()));
        }
        var transforms = new ArrayList<>(IntStream.range(0, 9_999)
                .mapToObj(i -> transform(Attribute.basic(1, i), Attribute.basic(14, 0), Attribute.basic(2, i)))
                .toList());
        var wanted = ike("aes128-sha1-modp2048");
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertEquals(Optional.empty(),
                    PhaseOneOffer.select(sa(transforms.toArray(TransformItem[]::new)), wanted, PSK));
            transforms.add(transform(AES128_SHA1_GROUP14));
            assertEquals(Optional.of("aes128-sha1-modp2048"),
                    PhaseOneOffer.select(sa(transforms.toArray(TransformItem[]::new)), wanted, PSK)
                            .map(each -> each.proposal().toString()));
        });
    }

    /// Whatever the attributes are: what is selected is among what is acceptable, and goes back as it came.
    @Test
    void arbitraryAttributesSelectOnlyWhatIsAcceptable() {
        var random = new Random(20_261_121);
        var acceptable = ike("aes128-sha1-modp2048", "3des-md5-modp1024");
        int selected = 0;
        for (int i = 0; i < 50_000; i++) {
            TransformItem transform = arbitrary(random);
            var selection = PhaseOneOffer.select(sa(transform), acceptable, PSK);
            if (selection.isPresent()) {
                selected++;
                assertEquals(List.of(transform), selection.get().answer().proposals().getFirst().transforms());
                assertEquals(List.of(selection.get().proposal().toString()), PhaseOneOffer.describe(sa(transform)));
            }
        }
        assertEquals(true, selected > 100, "the generator reaches good ones: " + selected);
    }

    private static TransformItem arbitrary(Random random) {
        List<Attribute> attributes = new ArrayList<>();
        for (Attribute good : random.nextBoolean()
                ? AES128_SHA1_GROUP14
                : List.of(Attribute.basic(1, 5), Attribute.basic(2, 1), Attribute.basic(4, 2), Attribute.basic(3, 1))) {
            switch (random.nextInt(20)) {
                case 0 -> attributes.add(Attribute.basic(good.type(), random.nextInt(0x10000)));
                case 1 -> attributes.add(Attribute.basic(random.nextInt(0x8000), (int) good.number()));
                case 2 -> attributes.add(Attribute.variable(good.type(),
                        Bytes.concat(Bytes.of(new byte[random.nextInt(12)]), good.value())));
                case 3 -> attributes.addAll(List.of(good, good));
                case 4 -> attributes.addAll(List.of());
                default -> attributes.add(good);
            }
        }
        Collections.shuffle(attributes, random);
        return transform(attributes);
    }

    private static List<String> sorted(String differences) {
        return Stream.of(differences.split("; ")).sorted().toList();
    }

    private static List<IkeProposal> ike(String... texts) {
        return Stream.of(texts).map(ProposalNames::parseIke).toList();
    }

    private static TransformItem transform(Attribute... attributes) {
        return transform(List.of(attributes));
    }

    private static TransformItem transform(List<Attribute> attributes) {
        return new TransformItem(1, 1, attributes);
    }

    private static Proposal proposal(int number, Bytes spi, TransformItem... transforms) {
        return new Proposal(number, PhaseOneOffer.PROTO_ISAKMP, spi, List.of(transforms));
    }

    private static Payload.Sa sa(TransformItem... transforms) {
        return sa(proposal(1, Bytes.EMPTY, transforms));
    }

    /// Not written: it may be larger than a message.
    private static Payload.Sa sa(Proposal... proposals) {
        return new Payload.Sa(Bytes.EMPTY, 1, 1, List.of(proposals));
    }
}
