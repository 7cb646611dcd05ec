package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The responder waits for its inbound SA; then it answers.
record InstallingForPeer(ReservingSpiForPeer request, Spi spi, Bytes nonce, Optional<Bytes> ownPublic, SaPair pair)
        implements
            ExchangeState<NegotiatedChild> {
    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.InboundInstalled()
                ? answer()
                : Transition.stay("the inbound SA is being installed");
    }

    /// Message 2: `HASH(2), SA, Nr [, KE ] [, IDci, IDcr ] [, N ]`, the identities as they came.
    private Transition<NegotiatedChild> answer() {
        Context context = request.context();
        var payloads = new ArrayList<Payload>(List.of(request.selection().answer(spi), new Payload.Nonce(nonce)));
        ownPublic.ifPresent(value -> payloads.add(new Payload.KeyExchange(value)));
        payloads.addAll(request.ids());
        ResponderLifetime.of(request, spi).ifPresent(payloads::add);
        Bytes hash = Authenticator.hash2(context.keys(), context.messageId(), request.peerNonce(),
                MessageWriter.writePayloads(payloads));
        payloads.addFirst(new Payload.Hash(hash));
        var sealed = request.cipher().seal(context.header(), payloads);
        return Transition.next(new AwaitConfirmation(context, sealed.next(), request.peerNonce(), nonce, pair),
                new Action.Request(sealed.message())).after(Action.Notified.sent(payloads));
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
