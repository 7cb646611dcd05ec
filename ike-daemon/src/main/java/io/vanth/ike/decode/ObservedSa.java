package io.vanth.ike.decode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.crypto.PhaseOneCipher;
import io.vanth.ike.crypto.Prf;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An ISAKMP SA as an observer with its key sees it. The first IV is a hash over both public values, so the observer must
/// have seen the exchange from its start; every later IV is the last block of the message before (RFC 2409 appendix B).
final class ObservedSa {
    private static final int ENCRYPTION_ATTRIBUTE = 1;
    private static final int HASH_ATTRIBUTE = 2;

    private final List<Bytes> publicValues = new ArrayList<>();
    private final Map<Integer, Bytes> exchangeIvs = new HashMap<>();
    private final Map<Bytes, PayloadChain> decrypted = new HashMap<>();
    private Optional<Suite> suite = Optional.empty();
    private Optional<Bytes> phaseOneIv = Optional.empty();

    private record Suite(PhaseOneCipher cipher, Prf prf) {}

    /// Takes the responder's choice and the public values from a phase 1 message.
    void learn(IsakmpMessage message) {
        boolean answer = !message.header().responder().equals(Cookie.NONE);
        for (Payload payload : message.payloads()) {
            if (answer && suite.isEmpty() && payload instanceof Payload.Sa sa) {
                suite = chosen(sa);
            }
            if (payload instanceof Payload.KeyExchange(Bytes value) && !publicValues.contains(value)) {
                publicValues.add(value);
            }
        }
        if (suite.isPresent() && phaseOneIv.isEmpty() && publicValues.size() == 2) {
            phaseOneIv = suite.map(each -> MessageCipher.phaseOneIv(each.prf, each.cipher, publicValues.getFirst(),
                    publicValues.getLast()));
        }
    }

    private static Optional<Suite> chosen(Payload.Sa sa) {
        return sa.proposals().stream().flatMap(proposal -> proposal.transforms().stream()).findFirst()
                .flatMap(transform -> PhaseOneCipher.of(value(transform, ENCRYPTION_ATTRIBUTE))
                        .flatMap(cipher -> HashAlgorithm.of(value(transform, HASH_ATTRIBUTE))
                                .map(hash -> new Suite(cipher, new Prf(hash)))));
    }

    private static long value(Payload.TransformItem transform, int type) {
        return transform.attributes().stream().filter(attribute -> attribute.type() == type)
                .mapToLong(attribute -> attribute.number()).findFirst().orElse(-1);
    }

    /// The payloads of a message; nothing if it is not clear how it was encrypted, or the key does not fit. A message that
    /// was sent again is the same message, and moves no IV.
    Optional<PayloadChain> decrypt(EncryptedMessage message, Secret key) {
        Optional<PayloadChain> known = Optional.ofNullable(decrypted.get(message.ciphertext()));
        if (known.isPresent()) {
            return known;
        }
        return suite.flatMap(each -> phaseOneIv.flatMap(iv -> decrypt(message, each, iv, key)));
    }

    private Optional<PayloadChain> decrypt(EncryptedMessage message, Suite used, Bytes lastBlock, Secret key) {
        var cipher = new MessageCipher(used.cipher, key);
        if (!used.cipher.keyBits().contains(key.length() * Byte.SIZE) || !cipher.aligned(message.ciphertext())) {
            return Optional.empty();
        }
        int messageId = message.header().messageId();
        Bytes iv = messageId == 0
                ? lastBlock
                : exchangeIvs.getOrDefault(messageId,
                        MessageCipher.exchangeIv(used.prf, used.cipher, lastBlock, messageId));
        Bytes plaintext = cipher.decrypt(iv, message.ciphertext());
        if (!(MessageReader.readPayloads(message.header().nextPayload(), plaintext) instanceof PayloadChain chain)) {
            return Optional.empty();
        }
        decrypted.put(message.ciphertext(), chain);
        moveIv(messageId, cipher.lastBlock(message.ciphertext()));
        return Optional.of(chain);
    }

    private void moveIv(int messageId, Bytes lastBlock) {
        if (messageId == 0) {
            phaseOneIv = Optional.of(lastBlock);
        } else {
            exchangeIvs.put(messageId, lastBlock);
        }
    }
}
