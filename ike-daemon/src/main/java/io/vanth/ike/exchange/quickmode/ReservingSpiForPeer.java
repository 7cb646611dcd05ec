package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.PhaseOneKeys;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.policy.ProposalComparison;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.TunnelMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The responder has chosen and waits for the SPI of its inbound SA.
public record ReservingSpiForPeer(Context context, ExchangeCipher cipher, PhaseTwoOffer.Selection selection,
        Duration lifetime, Bytes peerNonce, Optional<Bytes> peerPublic, List<Payload.Identification> ids)
        implements
            ExchangeState<NegotiatedChild> {
    public ReservingSpiForPeer {
        ids = List.copyOf(ids);
    }

    /// The ISAKMP SA that a message 1 came under.
    public record Sender(Connection connection, PhaseOneKeys keys, Cookie initiator, Cookie responder, Path path,
            TunnelMode tunnelMode, SecureRandom random) {}

    /// Takes message 1.
    public static Transition<NegotiatedChild> begin(Sender sender, ExchangeCipher cipher, EncryptedMessage message) {
        return switch (cipher.open(message)) {
            case ExchangeCipher.Garbage(var reason) ->
                Transition.stay("quick mode message 1 cannot be read: " + reason);
            case ExchangeCipher.Legible(var chain, var next) ->
                authenticate(sender, message.header().messageId(), chain, next)
                        .after(Action.Notified.received(chain.payloads(), true));
        };
    }

    private static Transition<NegotiatedChild> authenticate(Sender sender, int messageId, PayloadChain chain,
            ExchangeCipher next) {
        Optional<HashedPayloads> hashed = HashedPayloads.of(chain);
        if (hashed.isEmpty() || !Authenticator.matches(
                Authenticator.hash1(sender.keys(), messageId, hashed.get().rest()), hashed.get().hash())) {
            return Transition.stay("HASH(1) of quick mode is wrong");
        }
        var violation = ExchangeScript.QUICK_MODE_1.violation(chain.payloads());
        if (violation.isPresent()) {
            return Transition.fail(new Failure.ProtocolViolation("quick mode message 1", violation.get()));
        }
        Optional<TrafficPair> asked = Selectors.of(chain.payloads(), sender.path(), true);
        Optional<Tunnel> tunnel = asked.flatMap(traffic -> sender.connection().tunnels().stream()
                .filter(each -> each.traffic().equals(traffic)).findFirst());
        if (tunnel.isEmpty()) {
            return Transition.fail(new Failure.SelectorMismatch(asked,
                    sender.connection().tunnels().stream().map(Tunnel::traffic).toList()));
        }
        var context = new Context(sender.keys(), sender.initiator(), sender.responder(), messageId, tunnel.get(),
                sender.path(), sender.tunnelMode(), sender.random());
        return select(context, chain.payloads(), next);
    }

    private static Transition<NegotiatedChild> select(Context context, List<Payload> payloads, ExchangeCipher next) {
        var offered = ExchangeScript.only(payloads, Payload.Sa.class);
        var acceptable = context.tunnel().proposals();
        var selection = PhaseTwoOffer.select(offered, acceptable, context.tunnelMode());
        if (selection.isEmpty()) {
            return Transition.fail(new Failure.NoProposalChosen("phase 2",
                    ProposalComparison.phaseTwo(offered, acceptable, context.tunnelMode())));
        }
        Bytes peerNonce = ExchangeScript.only(payloads, Payload.Nonce.class).body();
        Optional<Bytes> peerPublic = ExchangeScript.first(payloads, Payload.KeyExchange.class).map(Payload::body);
        var group = selection.get().proposal().group();
        if (Context.badNonce(peerNonce) || peerPublic.isPresent() != group.isPresent()
                || peerPublic.isPresent() && peerPublic.get().length() != group.get().publicLength()) {
            return new Transition.Fail<>(
                    new Failure.ProtocolViolation("quick mode message 1",
                            "its nonce or its public value is missing, superfluous or of a forbidden length"),
                    Optional.of(NotifyType.INVALID_KEY_INFORMATION.code()));
        }
        List<Payload.Identification> ids = payloads.stream().filter(Payload.Identification.class::isInstance)
                .map(Payload.Identification.class::cast).toList();
        var lifetime = Lifetimes.shorter(context.tunnel().lifetime(), selection.get().lifetime());
        return Transition.next(
                new ReservingSpiForPeer(context, next, selection.get(), lifetime, peerNonce, peerPublic, ids),
                new Action.ReserveSpi());
    }

    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.SpiReserved(var spi) ? reserved(spi) : Transition.stay("no SPI is reserved yet");
    }

    private Transition<NegotiatedChild> reserved(Spi spi) {
        var agreeing = new AgreeingWithPeer(this, spi, context.newNonce());
        return selection.proposal().group()
                .map(group -> Transition.next(agreeing,
                        new Action.Compute(new Computation.GenerateAndAgree(group, peerPublic.orElseThrow()))))
                .orElseGet(() -> agreeing.install(Optional.empty(), Optional.empty()));
    }

    @Override
    public String awaits() {
        return "an SPI for quick mode";
    }
}
