package io.vanth.ike.decode;

import io.vanth.ike.wire.Cookie;
import java.util.HashMap;
import java.util.Map;

/// Decrypts the messages whose keys are known. Messages come in the order of their capture, and those in clear are looked
/// at too, for what decryption takes from them.
final class Decrypter {
    private final KeyTable keys;
    private final Map<Cookie, ObservedSa> sas = new HashMap<>();

    Decrypter(KeyTable keys) {
        this.keys = keys;
    }

    /// The content, with its payloads where they could be decrypted.
    Content look(Content content) {
        return switch (content) {
            case Content.Clear clear -> {
                observe(clear.message().header().initiator()).learn(clear.message());
                yield clear;
            }
            case Content.Encrypted(var message, _) -> {
                Cookie initiator = message.header().initiator();
                yield new Content.Encrypted(message, keys.of(initiator)
                        .flatMap(key -> observe(initiator).decrypt(message, key)));
            }
            case Content.Esp _,Content.Ah _,Content.Keepalive _,Content.Unreachable _,Content.Other _,Content.Broken _ ->
                content;
        };
    }

    private ObservedSa observe(Cookie initiator) {
        return sas.computeIfAbsent(initiator, _ -> new ObservedSa());
    }
}
