package io.vanth.ike.policy;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Proposal;
import io.vanth.ike.wire.Payload.TransformItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Phase 2 proposals as SA payloads: ESP in tunnel mode (RFC 2407 sections 4.4.4 and 4.5).
public final class PhaseTwoOffer {
    /// PROTO_IPSEC_ESP, RFC 2407 section 4.4.1.
    public static final int PROTO_ESP = 3;
    private static final int LIFE_TYPE = 1;
    private static final int LIFE_DURATION = 2;
    private static final int GROUP = 3;
    private static final int ENCAPSULATION = 4;
    private static final int AUTHENTICATION = 5;
    private static final int KEY_LENGTH = 6;
    private static final int SECONDS = 1;
    private static final int TUNNEL = 1;
    /// RFC 3947 section 5.1.
    private static final int UDP_TUNNEL = 3;
    private static final int MAX_PROTOCOLS = 4;
    private static final int SPI_BYTES = 4;
    private static final Map<Integer, Cipher> CIPHERS = Map.of(11, Cipher.NULL, 12, Cipher.AES_CBC, 18,
            Cipher.AES_GCM_8,
            19, Cipher.AES_GCM_12, 20, Cipher.AES_GCM_16);
    private static final Map<Integer, Integrity> INTEGRITIES = Map.of(2, Integrity.HMAC_SHA1_96, 5,
            Integrity.HMAC_SHA2_256_128, 6, Integrity.HMAC_SHA2_384_192, 7, Integrity.HMAC_SHA2_512_256);

    private PhaseTwoOffer() {}

    /// A responder's choice: the algorithms, the peer's SPI and lifetime, and what to answer with once an own SPI is there.
    public record Selection(EspProposal proposal, Spi peerSpi, Optional<Duration> lifetime, int number,
            TransformItem transform) {
        /// The SA payload that selects it.
        public Payload.Sa answer(Spi own) {
            return Payload.Sa
                    .of(List.of(new Proposal(number, PROTO_ESP, Bytes.ofInt(own.value()), List.of(transform))));
        }
    }

    /// What a peer confirmed: the algorithms and its SPI.
    public record Confirmed(EspProposal proposal, Spi peerSpi) {}

    /// One proposal with a transform for each of `proposals` whose group is that of the first: one exchange has one key
    /// exchange (RFC 2409 section 5.5).
    public static Payload.Sa offer(List<EspProposal> proposals, Duration lifetime, TunnelMode mode, Spi own) {
        var transforms = new ArrayList<TransformItem>();
        for (EspProposal proposal : proposals) {
            if (proposal.group().equals(proposals.getFirst().group())) {
                transforms.add(new TransformItem(transforms.size() + 1, transformId(proposal.transform().cipher()),
                        attributes(proposal, lifetime, mode)));
            }
        }
        return Payload.Sa.of(List.of(new Proposal(1, PROTO_ESP, Bytes.ofInt(own.value()), transforms)));
    }

    private static Long code(Integrity integrity) {
        return INTEGRITIES.entrySet().stream().filter(each -> each.getValue() == integrity).findFirst().orElseThrow()
                .getKey().longValue();
    }

    private static int transformId(Cipher cipher) {
        return CIPHERS.entrySet().stream().filter(each -> each.getValue() == cipher).findFirst().orElseThrow().getKey();
    }

    private static List<Attribute> attributes(EspProposal proposal, Duration lifetime, TunnelMode mode) {
        var attributes = new ArrayList<Attribute>();
        if (proposal.transform().cipher().keyBits().size() > 1) {
            attributes.add(Attribute.basic(KEY_LENGTH, proposal.transform().keyBits()));
        }
        proposal.transform().integrity().ifPresent(integrity -> attributes.add(Attribute.basic(AUTHENTICATION,
                code(integrity).intValue())));
        attributes.add(Attribute.basic(ENCAPSULATION, mode.code()));
        proposal.group().ifPresent(group -> attributes.add(Attribute.basic(GROUP, group.code())));
        attributes.add(Attribute.basic(LIFE_TYPE, SECONDS));
        attributes.add(Attributes.duration(LIFE_DURATION, lifetime));
        return attributes;
    }

    /// The first of the peer's transforms that is acceptable. A proposal that also demands AH or IPComp ("and" of one
    /// number, RFC 2408 section 4.2) is none. A group where the configuration has none is taken,
    /// if it is one that needs no opt-in.
    public static Optional<Selection> select(Payload.Sa offered, List<EspProposal> acceptable, TunnelMode mode) {
        for (Proposal proposal : offered.proposals()) {
            boolean alone = offered.proposals().stream().filter(each -> each.number() == proposal.number())
                    .count() == 1;
            Optional<Spi> spi = spi(proposal);
            if (!alone || spi.isEmpty()) {
                continue;
            }
            for (TransformItem transform : proposal.transforms()) {
                Optional<EspProposal> read = read(proposal, transform, mode);
                if (read.isPresent() && acceptable.stream().anyMatch(each -> accepts(each, read.get()))) {
                    return Optional.of(new Selection(read.get(), spi.get(), lifetime(transform), proposal.number(),
                            transform));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean accepts(EspProposal configured, EspProposal offered) {
        return configured.transform().equals(offered.transform())
                && (configured.group().equals(offered.group())
                        || configured.group().isEmpty()
                                && offered.group().filter(PhaseTwoOffer::isOffByDefault).isEmpty());
    }

    private static boolean isOffByDefault(DhGroup group) {
        return group == DhGroup.CURVE25519 || AlgorithmAdvice.isWeak(group);
    }

    /// What the peer selected, if it is one of ours; see [PhaseOneOffer#confirm(Payload.Sa, Payload.Sa)].
    public static Confirmation<Confirmed> confirm(Payload.Sa sent, Payload.Sa received, TunnelMode mode) {
        if (received.proposals().size() != 1 || received.proposals().getFirst().transforms().size() != 1) {
            return new Confirmation.Different<>("it has more or fewer than one transform (RFC 2408 section 4.2)");
        }
        Proposal proposal = received.proposals().getFirst();
        TransformItem transform = proposal.transforms().getFirst();
        Optional<Spi> spi = spi(proposal);
        if (spi.isEmpty()) {
            return new Confirmation.Different<>("its SPI is none (RFC 4303 section 2.1)");
        }
        Optional<EspProposal> read = read(proposal, transform, mode);
        Optional<TransformItem> ours = sent.proposals().getFirst().transforms().stream()
                .filter(offered -> offered.id() == transform.id()
                        && Attributes.same(offered.attributes(), transform.attributes(), LIFE_TYPE, LIFE_DURATION))
                .findFirst();
        return ours.isPresent() && read.isPresent()
                ? new Confirmation.Same<>(new Confirmed(read.get(), spi.get()), lifetime(transform),
                        Attributes.lifetimeChange(ours.get().attributes(), transform.attributes(), LIFE_TYPE,
                                LIFE_DURATION))
                : new Confirmation.Different<>(ChangedSelection.describe(
                        sent.proposals().getFirst().transforms().stream()
                                .map(offered -> attributeNames(sent, sent.proposals().getFirst(), offered)).toList(),
                        attributeNames(received, proposal, transform)));
    }

    /// Everything that a peer offers, for people.
    public static List<String> describe(Payload.Sa offered) {
        return offered.proposals().stream()
                .flatMap(proposal -> proposal.transforms().stream().map(transform -> describe(proposal, transform)))
                .distinct().toList();
    }

    private static String describe(Proposal proposal, TransformItem transform) {
        if (proposal.protocol() != PROTO_ESP) {
            return AlgorithmNames.protocol(proposal.protocol());
        }
        Optional<EspProposal> known = Arrays.stream(TunnelMode.values())
                .flatMap(mode -> read(proposal, transform, mode).stream()).findFirst();
        if (known.isPresent()) {
            return known.get().toString();
        }
        List<Attribute> attributes = transform.attributes();
        String text = AlgorithmNames.espTransform(transform.id())
                + Attributes.value(attributes, KEY_LENGTH).map(Object::toString).orElse("")
                + Attributes.value(attributes, AUTHENTICATION).map(code -> "-" + AlgorithmNames.authentication(code))
                        .orElse("")
                + Attributes.value(attributes, GROUP).map(code -> "-" + AlgorithmNames.group(code)).orElse("");
        long mode = Attributes.value(attributes, ENCAPSULATION).orElse(0L);
        return text + switch ((int) mode) {
            case TUNNEL, UDP_TUNNEL, 61443 -> "";
            case 2, 4, 61444 -> " (transport mode)";
            default -> " (encapsulation mode " + mode + ")";
        };
    }

    /// The attributes that decide, by name; see [ProposalComparison].
    static Map<String, String> attributeNames(Payload.Sa offered, Proposal proposal, TransformItem transform) {
        List<Attribute> attributes = transform.attributes();
        Map<String, String> names = new HashMap<>();
        names.put("protocol", offered.proposals().stream().filter(each -> each.number() == proposal.number())
                .map(each -> AlgorithmNames.protocol(each.protocol())).distinct().limit(MAX_PROTOCOLS)
                .collect(Collectors.joining(" and ")));
        if (proposal.protocol() == PROTO_ESP) {
            names.put("cipher", AlgorithmNames.espTransform(transform.id()));
        }
        Attributes.value(attributes, KEY_LENGTH).ifPresent(bits -> names.put("key length", bits.toString()));
        Attributes.value(attributes, AUTHENTICATION).map(AlgorithmNames::authentication)
                .ifPresent(name -> names.put("integrity", name));
        Attributes.value(attributes, GROUP).map(AlgorithmNames::group).ifPresent(name -> names.put("PFS group", name));
        Attributes.value(attributes, ENCAPSULATION).map(AlgorithmNames::encapsulation)
                .ifPresent(name -> names.put("encapsulation", name));
        return names;
    }

    static String cipherName(Cipher cipher) {
        return AlgorithmNames.espTransform(transformId(cipher));
    }

    static String integrityName(Optional<Integrity> integrity) {
        return integrity.map(PhaseTwoOffer::code).map(AlgorithmNames::authentication).orElse("none");
    }

    private static Optional<Spi> spi(Proposal proposal) {
        if (proposal.spi().length() != SPI_BYTES
                || Integer.compareUnsigned(proposal.spi().intAt(0), Spi.MIN) < 0) {
            return Optional.empty();
        }
        return Optional.of(new Spi(proposal.spi().intAt(0)));
    }

    private static Optional<EspProposal> read(Proposal proposal, TransformItem transform, TunnelMode mode) {
        List<Attribute> attributes = transform.attributes();
        Cipher cipher = CIPHERS.get(transform.id());
        long encapsulation = Attributes.value(attributes, ENCAPSULATION).orElse((long) TUNNEL);
        if (proposal.protocol() != PROTO_ESP || cipher == null || encapsulation != mode.code()
                || Attributes.hasDoubles(attributes, LIFE_TYPE, LIFE_DURATION)
                || attributes.stream().anyMatch(each -> each.type() < LIFE_TYPE || each.type() > KEY_LENGTH)) {
            return Optional.empty();
        }
        Optional<Long> authentication = Attributes.value(attributes, AUTHENTICATION);
        Optional<Integrity> integrity = authentication.map(code -> INTEGRITIES.get(code.intValue()));
        Optional<Long> groupCode = Attributes.value(attributes, GROUP);
        Optional<DhGroup> group = groupCode.flatMap(DhGroup::of);
        int keyBits = Attributes.value(attributes, KEY_LENGTH).orElse((long) cipher.keyBits().getFirst()).intValue();
        if (authentication.isPresent() != integrity.isPresent() || cipher.isAead() == integrity.isPresent()
                || groupCode.isPresent() != group.isPresent() || !cipher.keyBits().contains(keyBits)) {
            return Optional.empty();
        }
        return Optional.of(new EspProposal(new EspTransform(cipher, keyBits, integrity), group));
    }

    /// A lifetime as the data of RESPONDER-LIFETIME, RFC 2407 section 4.6.3.1.
    public static Bytes lifetimeData(Duration lifetime) {
        return MessageWriter.writeAttributes(List.of(Attribute.basic(LIFE_TYPE, SECONDS),
                Attributes.duration(LIFE_DURATION, lifetime)));
    }

    /// The lifetime in the data of RESPONDER-LIFETIME; empty where there is none in seconds.
    public static Optional<Duration> lifetime(Bytes data) {
        return MessageReader.readAttributes(data)
                .flatMap(attributes -> Attributes.lifetime(attributes, LIFE_TYPE, LIFE_DURATION, SECONDS));
    }

    private static Optional<Duration> lifetime(TransformItem transform) {
        return Attributes.lifetime(transform.attributes(), LIFE_TYPE, LIFE_DURATION, SECONDS);
    }
}
