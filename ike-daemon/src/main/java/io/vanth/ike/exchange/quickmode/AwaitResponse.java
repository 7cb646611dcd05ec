package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.policy.Confirmation;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.policy.SelectorIds;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The initiator has sent its proposals and waits for the responder's choice.
record AwaitResponse(Context context, ExchangeCipher cipher, Spi spi, Optional<KeyAgreement> key, Bytes nonce,
        Payload.Sa offer) implements ExchangeState<NegotiatedChild> {
    /// Sends message 1: `HASH(1), SA, Ni [, KE ], IDci, IDcr`.
    static Transition<NegotiatedChild> request(Context context, ExchangeCipher cipher, Spi spi,
            Optional<KeyAgreement> key) {
        Bytes nonce = context.newNonce();
        var tunnel = context.tunnel();
        var offer = PhaseTwoOffer.offer(tunnel.proposals(), tunnel.lifetime(), context.tunnelMode(), spi);
        var payloads = new ArrayList<Payload>(List.of(offer, new Payload.Nonce(nonce)));
        key.ifPresent(own -> payloads.add(new Payload.KeyExchange(own.publicValue())));
        payloads.add(SelectorIds.encode(context.traffic().local()));
        payloads.add(SelectorIds.encode(context.traffic().remote()));
        Bytes hash = Authenticator.hash1(context.keys(), context.messageId(), MessageWriter.writePayloads(payloads));
        payloads.addFirst(new Payload.Hash(hash));
        var sealed = cipher.seal(context.header(), payloads);
        return Transition.next(new AwaitResponse(context, sealed.next(), spi, key, nonce, offer),
                new Action.Request(sealed.message()));
    }

    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.Encrypted(var message, _)
                ? switch (cipher.open(message)) {
                    case ExchangeCipher.Garbage(var reason) -> Transition.stay("message 2 cannot be read: " + reason);
                    case ExchangeCipher.Legible(var chain, var next) -> authenticate(chain, next)
                            .after(Action.Notified.received(chain.payloads(), true));
                }
                : Transition.stay("message 2 must be encrypted");
    }

    private Transition<NegotiatedChild> authenticate(PayloadChain chain, ExchangeCipher next) {
        Optional<HashedPayloads> hashed = HashedPayloads.of(chain);
        if (hashed.isEmpty() || !Authenticator.matches(
                Authenticator.hash2(context.keys(), context.messageId(), nonce, hashed.get().rest()),
                hashed.get().hash())) {
            return Transition.stay("HASH(2) is wrong");
        }
        var violation = ExchangeScript.QUICK_MODE_2.violation(chain.payloads());
        if (violation.isPresent()) {
            return Transition.fail(new Failure.ProtocolViolation(awaits(), violation.get()));
        }
        Bytes peerNonce = ExchangeScript.only(chain.payloads(), Payload.Nonce.class).body();
        Optional<TrafficPair> echoed = Selectors.of(chain.payloads(), context.path(), false);
        if (Context.badNonce(peerNonce) || peerNonce.equals(nonce)) {
            return Transition
                    .fail(new Failure.ProtocolViolation(awaits(), "its nonce has a forbidden length or is ours"));
        }
        if (!echoed.equals(Optional.of(context.traffic()))) {
            return Transition.fail(new Failure.SelectorMismatch(echoed, List.of(context.traffic())));
        }
        var answer = ExchangeScript.only(chain.payloads(), Payload.Sa.class);
        return switch (PhaseTwoOffer.confirm(offer, answer, context.tunnelMode())) {
            case Confirmation.Different<PhaseTwoOffer.Confirmed>(var what) ->
                Transition.fail(new Failure.SelectionNotOffered("phase 2", what));
            case Confirmation.Same<PhaseTwoOffer.Confirmed>(var confirmed, var lifetime, _) ->
                agree(chain, next, peerNonce,
                        confirmed, Lifetimes.shorter(Lifetimes.shorter(context.tunnel().lifetime(), lifetime),
                                ResponderLifetime.in(chain.payloads())));
        };
    }

    private Transition<NegotiatedChild> agree(PayloadChain chain, ExchangeCipher next, Bytes peerNonce,
            PhaseTwoOffer.Confirmed confirmed, Duration lifetime) {
        var peerPublic = ExchangeScript.first(chain.payloads(), Payload.KeyExchange.class);
        if (peerPublic.isPresent() != key.isPresent()) {
            return Transition.fail(new Failure.ProtocolViolation(awaits(),
                    key.isPresent() ? "it has no key exchange" : "it has a key exchange that nobody asked for"));
        }
        var agreeing = new Agreeing(context, next, spi, nonce, peerNonce, confirmed, lifetime);
        if (key.isEmpty()) {
            return agreeing.install(Optional.empty());
        }
        return Transition.next(agreeing,
                new Action.Compute(new Computation.Agree(key.get(), peerPublic.orElseThrow().body())));
    }

    @Override
    public String awaits() {
        return "quick mode message 2";
    }

    @Override
    public String silenceHint() {
        return "the peer may not accept our networks " + context.traffic();
    }

    @Override
    public void close() {
        key.ifPresent(KeyAgreement::close);
    }
}
