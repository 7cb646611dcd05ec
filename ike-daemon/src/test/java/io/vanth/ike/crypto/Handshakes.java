package io.vanth.ike.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.Corpora;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import javax.crypto.interfaces.DHPrivateKey;
import javax.crypto.interfaces.DHPublicKey;

/// Recorded handshakes of other implementations, and what it takes to read them.
final class Handshakes {
    private Handshakes() {}

    static JsonNode read(String file) throws IOException {
        return new ObjectMapper().readTree(Corpora.folder("handshakes").resolve(file).toFile());
    }

    static Secret text(JsonNode key) {
        return Secret.owning(key.asText().getBytes(StandardCharsets.US_ASCII));
    }

    static Bytes hex(JsonNode digits) {
        return Bytes.ofHex(digits.asText());
    }

    static Cookie cookie(Bytes bytes) {
        return new Cookie(bytes.longAt(0));
    }

    /// The owner of a PKCS #8 private key, in whatever group it is.
    static ModpKeyAgreement side(JsonNode pkcs8) throws GeneralSecurityException {
        var key = (DHPrivateKey) KeyFactory.getInstance("DH")
                .generatePrivate(new PKCS8EncodedKeySpec(hex(pkcs8).toArray()));
        BigInteger prime = key.getParams().getP();
        var parameters = new GroupParameters.Modp(prime, key.getParams().getG(), Optional.empty(), prime.bitLength());
        return ModpKeyAgreement.of(DhGroup.MODP2048, parameters, Secret.owning(key.getX().toByteArray()));
    }

    /// The key exchange payload of an X.509 public key.
    static Bytes publicValue(JsonNode x509) throws GeneralSecurityException {
        var key = (DHPublicKey) KeyFactory.getInstance("DH")
                .generatePublic(new X509EncodedKeySpec(hex(x509).toArray()));
        return KeyAgreementTest.fixed(key.getY(), (key.getParams().getP().bitLength() + 7) / 8);
    }

    static Bytes exposed(Secret secret) {
        return Bytes.owning(secret.expose(byte[]::clone));
    }
}
