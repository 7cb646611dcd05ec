package io.vanth.ike.policy;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Proposal;
import io.vanth.ike.wire.Payload.TransformItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Phase 1 proposals as SA payloads: offering, selecting, and checking what the peer selected (RFC 2409 appendix A).
public final class PhaseOneOffer {
    /// PROTO_ISAKMP, RFC 2407 section 4.4.1.
    public static final int PROTO_ISAKMP = 1;
    /// The same attributes in the IPsec DOI's numbers, RFC 2407 section 4.5.
    private static final int DOI_LIFE_TYPE = 1;
    private static final int DOI_LIFE_DURATION = 2;
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
                transforms.add(PhaseOneTransform.write(transforms.size() + 1, proposal, method, lifetime));
            }
        }
        return Payload.Sa.of(List.of(new Proposal(1, PROTO_ISAKMP, Bytes.EMPTY, transforms)));
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
                Optional<Agreed> read = PhaseOneTransform.read(proposal, transform)
                        .filter(each -> acceptable.test(each.proposal(), each.method()));
                if (read.isPresent()) {
                    var answer = Payload.Sa.of(List.of(
                            new Proposal(proposal.number(), PROTO_ISAKMP, proposal.spi(), List.of(transform))));
                    return Optional.of(new Selection(read.get().proposal(), read.get().method(),
                            PhaseOneTransform.lifetime(transform), answer));
                }
            }
        }
        return Optional.empty();
    }

    /// What the peer selected, if it is one of ours: same transform, same attributes in any order and either encoding; a
    /// changed lifetime alone is tolerated. Else which attributes differ from the transform of ours that is closest.
    public static Confirmation<Agreed> confirm(Payload.Sa sent, Payload.Sa received) {
        if (received.proposals().size() != 1 || received.proposals().getFirst().transforms().size() != 1) {
            return new Confirmation.Different<>("it has more or fewer than one transform (RFC 2408 section 4.2)");
        }
        Proposal proposal = received.proposals().getFirst();
        TransformItem transform = proposal.transforms().getFirst();
        Optional<Agreed> read = PhaseOneTransform.read(proposal, transform);
        for (TransformItem offered : sent.proposals().getFirst().transforms()) {
            if (read.isPresent() && Attributes.same(offered.attributes(), transform.attributes(),
                    PhaseOneTransform.LIFE_TYPE, PhaseOneTransform.LIFE_DURATION)) {
                return new Confirmation.Same<>(read.get(), PhaseOneTransform.lifetime(transform),
                        Attributes.lifetimeChange(offered.attributes(), transform.attributes(),
                                PhaseOneTransform.LIFE_TYPE, PhaseOneTransform.LIFE_DURATION));
            }
        }
        return new Confirmation.Different<>(ChangedSelection.describe(
                sent.proposals().getFirst().transforms().stream()
                        .map(offered -> PhaseOneTransform.texts(sent.proposals().getFirst(), offered)).toList(),
                PhaseOneTransform.texts(proposal, transform)));
    }

    /// Everything that a peer offers, for people.
    public static List<String> describe(Payload.Sa offered) {
        return offered.proposals().stream().flatMap(proposal -> proposal.transforms().stream()
                .map(transform -> PhaseOneTransform.describe(proposal, transform))).distinct().toList();
    }

    /// A lifetime as the data of a RESPONDER-LIFETIME whose protocol is ISAKMP (RFC 2407 section 4.6.3.1), in phase 1's
    /// own attribute numbers.
    public static Bytes lifetimeData(Duration lifetime) {
        return MessageWriter.writeAttributes(List.of(Attribute.basic(PhaseOneTransform.LIFE_TYPE, SECONDS),
                Attributes.duration(PhaseOneTransform.LIFE_DURATION, lifetime)));
    }

    /// The lifetime in the data of such a RESPONDER-LIFETIME; empty where there is none in seconds. The RFC does not say
    /// whose numbers the attributes have, so both are understood.
    public static Optional<Duration> lifetime(Bytes data) {
        return MessageReader.readAttributes(data)
                .flatMap(attributes -> Attributes.lifetime(attributes, PhaseOneTransform.LIFE_TYPE,
                        PhaseOneTransform.LIFE_DURATION, SECONDS)
                        .or(() -> Attributes.lifetime(attributes, DOI_LIFE_TYPE, DOI_LIFE_DURATION, SECONDS)));
    }
}
