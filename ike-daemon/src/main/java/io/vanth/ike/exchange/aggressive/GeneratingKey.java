package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.exchange.phaseone.Certificates;
import io.vanth.ike.exchange.phaseone.Endpoint;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The initiator makes its ephemeral key.
public record GeneratingKey(Connection connection, Endpoint own, BooleanSupplier initialContact)
        implements
            ExchangeState<PhaseOneResult> {
    /// Begins. `initialContact` is asked when message 3 is written: the peer may have begun another phase 1 by then.
    public static Transition<PhaseOneResult> begin(Connection connection, Endpoint own,
            BooleanSupplier initialContact) {
        return Transition.next(new GeneratingKey(connection, own, initialContact),
                new Action.Compute(new Computation.GenerateKey(group(connection))));
    }

    /// The public value goes along with the proposals, so that the group cannot be negotiated (RFC 2409 section 5): it is
    /// that of the first one.
    private static DhGroup group(Connection connection) {
        return connection.proposals().getFirst().group();
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Generated(var key))
                ? sendOffer(key)
                : Transition.stay("the own key is being made");
    }

    private Transition<PhaseOneResult> sendOffer(KeyAgreement key) {
        List<IkeProposal> proposals = connection.proposals().stream()
                .filter(each -> each.group() == group(connection)).toList();
        var offer = PhaseOneOffer.offer(proposals, connection.authentication().methods(), connection.lifetime());
        Bytes nonce = own.newNonce();
        var payloads = new ArrayList<Payload>(List.of(offer, new Payload.KeyExchange(key.publicValue()),
                new Payload.Nonce(nonce), connection.localId().payload()));
        payloads.addAll(Certificates.requests(connection));
        payloads.addAll(VendorIds.offered(connection));
        var header = IsakmpHeader.of(own.cookie(), Cookie.NONE, ExchangeType.AGGRESSIVE.code(), 0, 0);
        return Transition.next(new AwaitAnswer(connection, own, offer, key, nonce, initialContact),
                new Action.Request(MessageWriter.write(header, payloads)));
    }

    @Override
    public String awaits() {
        return "the own key of aggressive mode";
    }
}
