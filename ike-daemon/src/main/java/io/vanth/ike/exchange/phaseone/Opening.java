package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.ProposalComparison;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/// A responder's choice among what message 1 offers.
///
/// @param candidates the connections that may be meant, in the order of the configuration
public record Opening(PhaseOneMode mode, List<Connection> candidates, Endpoint own, IsakmpMessage message) {
    /// RFC 2407 sections 4.2.1 and 4.2.2.
    private static final int IPSEC_DOI = 1;
    private static final int IDENTITY_ONLY = 1;

    public Opening {
        candidates = List.copyOf(candidates);
    }

    /// Those candidates that can keep to the choice, the SA payload that tells it, and what is announced with it.
    public record Choice(List<Connection> candidates, Payload.Sa answer, List<Payload.VendorId> vendorIds) {
        public Choice {
            candidates = List.copyOf(candidates);
            vendorIds = List.copyOf(vendorIds);
        }
    }

    /// Chooses and goes on with `then`, or refuses.
    public Transition<PhaseOneResult> choose(ExchangeScript script, String name,
            BiFunction<Negotiated, Choice, Transition<PhaseOneResult>> then) {
        var violation = script.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.fail(new Failure.ProtocolViolation(name, violation.get()));
        }
        var offered = ExchangeScript.only(message.payloads(), Payload.Sa.class);
        if (offered.doi() != IPSEC_DOI) {
            return new Transition.Fail<>(new Failure.Unsupported("DOI " + Integer.toUnsignedString(offered.doi())),
                    Optional.of(NotifyType.DOI_NOT_SUPPORTED.code()));
        }
        if (offered.situation() != IDENTITY_ONLY) {
            return new Transition.Fail<>(
                    new Failure.Unsupported("situation " + Integer.toUnsignedString(offered.situation())),
                    Optional.of(NotifyType.SITUATION_NOT_SUPPORTED.code()));
        }
        return select(offered, then);
    }

    private Transition<PhaseOneResult> select(Payload.Sa offered,
            BiFunction<Negotiated, Choice, Transition<PhaseOneResult>> then) {
        return PhaseOneOffer
                .select(offered, (proposal, method) -> candidates.stream().anyMatch(accepts(proposal, method)))
                .map(selection -> {
                    List<Connection> able = candidates.stream()
                            .filter(accepts(selection.proposal(), selection.method())).toList();
                    Connection connection = able.getFirst();
                    var negotiated = new Negotiated(connection, mode, own, message.header().initiator(), own.cookie(),
                            own(connection, selection.proposal()), selection.method(),
                            Negotiated.shorter(connection.lifetime(), selection.lifetime()),
                            Negotiated.shortens(connection, selection.lifetime()),
                            offered.body(),
                            PeerFeatures.of(message.payloads(), connection));
                    return then.apply(negotiated, new Choice(able, selection.answer(),
                            VendorIds.answer(connection, message.payloads())));
                }).orElseGet(() -> Transition.fail(new Failure.NoProposalChosen("phase 1",
                        ProposalComparison.phaseOne(offered, all(Connection::proposals),
                                all(each -> each.authentication().methods())))));
    }

    /// The same, but the connection's, so that not every stranger's negotiation has one of its own.
    private static IkeProposal own(Connection connection, IkeProposal proposal) {
        return connection.proposals().get(connection.proposals().indexOf(proposal));
    }

    private static Predicate<Connection> accepts(IkeProposal proposal, AuthenticationMethod method) {
        return connection -> connection.proposals().contains(proposal)
                && connection.authentication().methods().contains(method);
    }

    private <T> List<T> all(Function<Connection, List<T>> part) {
        return candidates.stream().flatMap(each -> part.apply(each).stream()).distinct().toList();
    }
}
