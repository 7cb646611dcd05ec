package io.vanth.ike.exchange.quickmode;

import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.PayloadChain;

/// The responder has answered and waits for message 3, which proves that the initiator is alive and has its SA.
record AwaitConfirmation(Context context, ExchangeCipher cipher, Bytes peerNonce, Bytes nonce, SaPair pair)
        implements
            ExchangeState<NegotiatedChild> {
    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.Encrypted(var message, _)
                ? switch (cipher.open(message)) {
                    case ExchangeCipher.Garbage(var reason) -> Transition.stay("message 3 cannot be read: " + reason);
                    case ExchangeCipher.Legible(var chain, _) -> confirm(chain);
                }
                : Transition.stay("message 3 must be encrypted");
    }

    private Transition<NegotiatedChild> confirm(PayloadChain chain) {
        Bytes expected = Authenticator.hash3(context.keys(), context.messageId(), peerNonce, nonce);
        boolean right = HashedPayloads.of(chain).map(hashed -> Authenticator.matches(expected, hashed.hash()))
                .orElse(false);
        return right
                ? Transition.done(pair.negotiated()).after(Action.Notified.received(chain.payloads(), true))
                : Transition.stay("HASH(3) is wrong");
    }

    @Override
    public String awaits() {
        return "quick mode message 3";
    }

    @Override
    public void close() {
        pair.close();
    }
}
