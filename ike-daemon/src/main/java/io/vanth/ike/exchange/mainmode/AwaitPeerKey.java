package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.ProposalComparison;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The responder has chosen and waits for the initiator's public value.
public record AwaitPeerKey(Negotiated negotiated, List<Connection> candidates)
        implements
            ExchangeState<PhaseOneResult> {
    /// RFC 2407 sections 4.2.1 and 4.2.2.
    private static final int IPSEC_DOI = 1;
    private static final int IDENTITY_ONLY = 1;

    public AwaitPeerKey {
        candidates = List.copyOf(candidates);
    }

    /// Answers message 1 for one of the `candidates`, the connections that the addresses allow.
    public static Transition<PhaseOneResult> begin(List<Connection> candidates, Cookie responder, Path path,
            IsakmpMessage message, SecureRandom random) {
        var violation = ExchangeScript.MAIN_MODE_1.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.fail(new Failure.ProtocolViolation("main mode message 1", violation.get()));
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
        List<IkeProposal> acceptable = candidates.stream().flatMap(each -> each.proposals().stream()).distinct()
                .toList();
        return PhaseOneOffer.select(offered,
                (proposal, method) -> candidates.stream().anyMatch(each -> accepts(each, proposal, method)))
                .map(selection -> answer(candidates, responder, path, message, selection, offered, random))
                .orElseGet(
                        () -> Transition.fail(new Failure.NoProposalChosen("phase 1",
                                ProposalComparison.phaseOne(offered, acceptable, methods(candidates)))));
    }

    private static List<AuthenticationMethod> methods(List<Connection> candidates) {
        return candidates.stream().flatMap(each -> each.authentication().methods().stream()).distinct().toList();
    }

    private static Transition<PhaseOneResult> answer(List<Connection> candidates, Cookie responder, Path path,
            IsakmpMessage message, PhaseOneOffer.Selection selection, Payload.Sa offered, SecureRandom random) {
        List<Connection> able = candidates.stream()
                .filter(each -> accepts(each, selection.proposal(), selection.method())).toList();
        Connection connection = able.getFirst();
        var lifetime = selection.lifetime().filter(theirs -> theirs.compareTo(connection.lifetime()) < 0)
                .orElse(connection.lifetime());
        var negotiated = new Negotiated(connection, message.header().initiator(), responder, path, selection.proposal(),
                lifetime, offered.body(), VendorIds.natTraversal(connection, message.payloads()),
                VendorIds.deadPeerDetection(message.payloads()), random);
        var payloads = new ArrayList<Payload>();
        payloads.add(selection.answer());
        payloads.addAll(VendorIds.answer(connection, message.payloads()));
        return Transition.next(new AwaitPeerKey(negotiated, able),
                new Action.Reply(MessageWriter.write(negotiated.header(0), payloads)));
    }

    private static boolean accepts(Connection connection, IkeProposal proposal, AuthenticationMethod method) {
        return connection.proposals().contains(proposal) && connection.authentication().methods().contains(method);
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Clear(var message) ? agree(message) : Transition.stay("message 3 is in clear");
    }

    private Transition<PhaseOneResult> agree(IsakmpMessage message) {
        var violation = ExchangeScript.MAIN_MODE_3.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.ProtocolViolation(awaits(), violation.get()));
        }
        Bytes peerPublic = ExchangeScript.only(message.payloads(), Payload.KeyExchange.class).body();
        Bytes peerNonce = ExchangeScript.only(message.payloads(), Payload.Nonce.class).body();
        var group = negotiated.proposal().group();
        if (Negotiated.badNonce(peerNonce) || peerPublic.length() != group.publicLength()) {
            return Transition.suspect(
                    new Failure.ProtocolViolation(awaits(), "its nonce or its public value has a forbidden length"));
        }
        NatFindings nat = negotiated.natFindings(message.payloads());
        return Transition.next(new AgreeingWithPeer(this, peerPublic, peerNonce, nat),
                new Action.Compute(new Computation.GenerateAndAgree(group, peerPublic)));
    }

    @Override
    public String awaits() {
        return "main mode message 3";
    }
}
