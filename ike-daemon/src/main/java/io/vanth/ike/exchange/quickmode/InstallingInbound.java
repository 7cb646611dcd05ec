package io.vanth.ike.exchange.quickmode;

import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The initiator waits for its inbound SA; then it sends message 3.
record InstallingInbound(Context context, ExchangeCipher cipher, Bytes nonce, Bytes peerNonce, SaPair pair)
        implements
            ExchangeState<NegotiatedChild> {
    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.InboundInstalled()
                ? confirm()
                : Transition.stay("the inbound SA is being installed");
    }

    private Transition<NegotiatedChild> confirm() {
        Bytes hash = Authenticator.hash3(context.keys(), context.messageId(), nonce, peerNonce);
        var sealed = cipher.seal(context.header(), List.of(new Payload.Hash(hash)));
        return Transition.done(pair.negotiated(), new Action.Reply(sealed.message()));
    }

    @Override
    public String awaits() {
        return "the inbound SA";
    }

    @Override
    public void close() {
        pair.close();
    }
}
