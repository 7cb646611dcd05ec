package io.vanth.ike.policy;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.PhaseOneCipher;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Proposal;
import io.vanth.ike.wire.Payload.TransformItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Phase 1 proposals as SA payloads: offering, selecting, and checking what the peer selected (RFC 2409 appendix A).
public final class PhaseOneOffer {
    /// PROTO_ISAKMP, RFC 2407 section 4.4.1.
    public static final int PROTO_ISAKMP = 1;
    /// KEY_IKE, RFC 2407 section 4.4.2.
    private static final int KEY_IKE = 1;
    private static final int ENCRYPTION = 1;
    private static final int HASH = 2;
    private static final int AUTHENTICATION = 3;
    private static final int GROUP = 4;
    private static final int LIFE_TYPE = 11;
    private static final int LIFE_DURATION = 12;
    private static final int KEY_LENGTH = 14;
    private static final int SECONDS = 1;

    private PhaseOneOffer() {}

    /// The algorithms and the way to authenticate that both sides accept.
    public record Agreed(IkeProposal proposal, AuthenticationMethod method) {}

    /// A responder's choice: the algorithms, how both authenticate, the peer's lifetime if it named one, and the SA
    /// payload to answer with.
    public record Selection(IkeProposal proposal, AuthenticationMethod method, Optional<Duration> lifetime,
            Payload.Sa answer) {}

    /// One proposal with a transform for each of `proposals` in their order, and of each for each of `methods`.
    public static Payload.Sa offer(List<IkeProposal> proposals, List<AuthenticationMethod> methods,
            Duration lifetime) {
        var transforms = new ArrayList<TransformItem>();
        for (IkeProposal proposal : proposals) {
            for (AuthenticationMethod method : methods) {
                transforms.add(new TransformItem(transforms.size() + 1, KEY_IKE,
                        attributes(proposal, method, lifetime)));
            }
        }
        return Payload.Sa.of(List.of(new Proposal(1, PROTO_ISAKMP, Bytes.EMPTY, transforms)));
    }

    private static List<Attribute> attributes(IkeProposal proposal, AuthenticationMethod method,
            Duration lifetime) {
        var attributes = new ArrayList<Attribute>();
        attributes.add(Attribute.basic(ENCRYPTION, proposal.cipher().code()));
        if (proposal.cipher().keyBits().size() > 1) {
            attributes.add(Attribute.basic(KEY_LENGTH, proposal.keyBits()));
        }
        attributes.add(Attribute.basic(HASH, proposal.hash().code()));
        attributes.add(Attribute.basic(GROUP, proposal.group().code()));
        attributes.add(Attribute.basic(AUTHENTICATION, method.code()));
        attributes.add(Attribute.basic(LIFE_TYPE, SECONDS));
        attributes.add(Attributes.duration(LIFE_DURATION, lifetime));
        return attributes;
    }

    /// The first of the peer's transforms that has acceptable algorithms and one of `methods`.
    public static Optional<Selection> select(Payload.Sa offered, List<IkeProposal> acceptable,
            List<AuthenticationMethod> methods) {
        return select(offered, (proposal, method) -> acceptable.contains(proposal) && methods.contains(method));
    }

    /// The first of the peer's transforms that is `acceptable`; its attributes go back as they came.
    public static Optional<Selection> select(Payload.Sa offered,
            BiPredicate<IkeProposal, AuthenticationMethod> acceptable) {
        for (Proposal proposal : offered.proposals()) {
            for (TransformItem transform : proposal.transforms()) {
                Optional<Agreed> read = read(proposal, transform)
                        .filter(each -> acceptable.test(each.proposal(), each.method()));
                if (read.isPresent()) {
                    var answer = Payload.Sa.of(List.of(
                            new Proposal(proposal.number(), PROTO_ISAKMP, proposal.spi(), List.of(transform))));
                    return Optional.of(
                            new Selection(read.get().proposal(), read.get().method(), lifetime(transform), answer));
                }
            }
        }
        return Optional.empty();
    }

    /// What the peer selected, if it is one of ours: same transform, same attributes in any order and either encoding; a
    /// changed lifetime alone is tolerated. Else why not.
    public static Confirmation<Agreed> confirm(Payload.Sa sent, Payload.Sa received) {
        if (received.proposals().size() != 1 || received.proposals().getFirst().transforms().size() != 1) {
            return new Confirmation.Different<>("it has more or fewer than one transform (RFC 2408 section 4.2)");
        }
        Proposal proposal = received.proposals().getFirst();
        TransformItem transform = proposal.transforms().getFirst();
        for (TransformItem offered : sent.proposals().getFirst().transforms()) {
            if (Attributes.same(offered.attributes(), transform.attributes(), LIFE_TYPE, LIFE_DURATION)) {
                return read(proposal, transform)
                        .<Confirmation<Agreed>>map(read -> new Confirmation.Same<>(read, lifetime(transform),
                                Attributes.lifetimeChange(offered.attributes(), transform.attributes(), LIFE_TYPE,
                                        LIFE_DURATION)))
                        .orElseGet(() -> new Confirmation.Different<>(describe(proposal, transform)));
            }
        }
        return new Confirmation.Different<>(describe(proposal, transform));
    }

    /// Everything that a peer offers, for people.
    public static List<String> describe(Payload.Sa offered) {
        return offered.proposals().stream()
                .flatMap(proposal -> proposal.transforms().stream().map(transform -> describe(proposal, transform)))
                .distinct().toList();
    }

    private static String describe(Proposal proposal, TransformItem transform) {
        return read(proposal, transform).map(PhaseOneOffer::describe).orElseGet(() -> {
            var words = new ArrayList<String>();
            words.add(Attributes.value(transform.attributes(), ENCRYPTION).map(AlgorithmNames::cipher)
                    .orElse("no cipher")
                    + Attributes.value(transform.attributes(), KEY_LENGTH).map(Object::toString).orElse(""));
            words.add(Attributes.value(transform.attributes(), HASH).map(AlgorithmNames::hash).orElse("no hash"));
            words.add(Attributes.value(transform.attributes(), GROUP).map(AlgorithmNames::group).orElse("no group"));
            long method = Attributes.value(transform.attributes(), AUTHENTICATION).orElse(0L);
            return String.join("-", words) + with(method);
        });
    }

    private static String describe(Agreed agreed) {
        return agreed.proposal() + with(agreed.method().code());
    }

    /// Pre-shared keys are what one expects.
    private static String with(long method) {
        return method == AuthenticationMethod.PRE_SHARED_KEY.code()
                ? ""
                : " with " + AlgorithmNames.authenticationMethod(method);
    }

    /// The attributes that decide, by name; see [ProposalComparison].
    static Map<String, String> attributeNames(Proposal proposal, TransformItem transform) {
        List<Attribute> attributes = transform.attributes();
        Map<String, String> names = new HashMap<>();
        if (proposal.protocol() == PROTO_ISAKMP) {
            Attributes.value(attributes, ENCRYPTION).map(AlgorithmNames::cipher)
                    .ifPresent(name -> names.put("cipher", name));
            Attributes.value(attributes, KEY_LENGTH).ifPresent(bits -> names.put("key length", bits.toString()));
            Attributes.value(attributes, HASH).map(AlgorithmNames::hash).ifPresent(name -> names.put("hash", name));
            Attributes.value(attributes, GROUP).map(AlgorithmNames::group).ifPresent(name -> names.put("group", name));
            Attributes.value(attributes, AUTHENTICATION).map(AlgorithmNames::authenticationMethod)
                    .ifPresent(name -> names.put("authentication", name));
        }
        return names;
    }

    private static Optional<Agreed> read(Proposal proposal, TransformItem transform) {
        List<Attribute> attributes = transform.attributes();
        if (proposal.protocol() != PROTO_ISAKMP || transform.id() != KEY_IKE
                || Attributes.hasDoubles(attributes, LIFE_TYPE, LIFE_DURATION)) {
            return Optional.empty();
        }
        Optional<AuthenticationMethod> method = Attributes.value(attributes, AUTHENTICATION)
                .flatMap(AuthenticationMethod::of);
        Optional<PhaseOneCipher> cipher = Attributes.value(attributes, ENCRYPTION).flatMap(PhaseOneCipher::of);
        Optional<HashAlgorithm> hash = Attributes.value(attributes, HASH).flatMap(HashAlgorithm::of);
        Optional<DhGroup> group = Attributes.value(attributes, GROUP).flatMap(DhGroup::of);
        if (method.isEmpty() || cipher.isEmpty() || hash.isEmpty() || group.isEmpty()) {
            return Optional.empty();
        }
        long keyBits = Attributes.value(attributes, KEY_LENGTH).orElse((long) cipher.get().keyBits().getFirst());
        return cipher.get().keyBits().contains((int) keyBits)
                ? Optional.of(new Agreed(new IkeProposal(cipher.get(), (int) keyBits, hash.get(), group.get()),
                        method.get()))
                : Optional.empty();
    }

    private static Optional<Duration> lifetime(TransformItem transform) {
        return Attributes.lifetime(transform.attributes(), LIFE_TYPE, LIFE_DURATION, SECONDS);
    }
}
