package io.vanth.ike.session;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.crypto.PhaseOneKeys;
import io.vanth.ike.crypto.Prf;
import io.vanth.ike.exchange.phaseone.Certificates;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/// By which exchange a rogue comes, and how it proves who it is.
enum RogueKind {
    MAIN_MODE_WITH_A_KEY(false, false),
    MAIN_MODE_WITH_A_CERTIFICATE(false, true),
    AGGRESSIVE_MODE_WITH_A_KEY(true, false),
    AGGRESSIVE_MODE_WITH_A_CERTIFICATE(true, true);

    private static final String KEY = "a key that a rogue knows too";

    private final boolean aggressive;
    private final boolean signed;

    RogueKind(boolean aggressive, boolean signed) {
        this.aggressive = aggressive;
        this.signed = signed;
    }

    boolean aggressive() {
        return aggressive;
    }

    boolean signed() {
        return signed;
    }

    /// What the connection with the rogue is set to.
    List<String> settings() {
        var settings = new ArrayList<>(List.of(signed ? "auth certificate" : "psk " + KEY, "dpd 0s"));
        if (aggressive) {
            settings.addAll(List.of("mode aggressive", "allow aggressivePsk", "fragmentation no"));
        }
        return settings;
    }

    int exchange() {
        return (aggressive ? ExchangeType.AGGRESSIVE : ExchangeType.MAIN_MODE).code();
    }

    AuthenticationMethod method() {
        return signed ? AuthenticationMethod.ECDSA_256 : AuthenticationMethod.PRE_SHARED_KEY;
    }

    Secret skeyid(Prf prf, Bytes initiatorNonce, Bytes responderNonce, Secret shared) {
        return signed
                ? PhaseOneKeys.signatureSkeyid(prf, initiatorNonce, responderNonce, shared)
                : PhaseOneKeys.preSharedSkeyid(prf, Pair.psk(KEY), initiatorNonce, responderNonce);
    }

    /// What proves `hash`: itself, or certificates and a signature.
    List<Payload> proof(Bytes hash, SecureRandom random) {
        if (!signed) {
            return List.of(new Payload.Hash(hash));
        }
        var own = Certified.credential(RoguePeer.C);
        var payloads = new ArrayList<Payload>();
        own.certificates().forEach(each -> payloads.add(Payload.Certificate.of(Certificates.X509_SIGNATURE, each)));
        payloads.add(new Payload.Signature(own.sign(hash, random)));
        return payloads;
    }
}
