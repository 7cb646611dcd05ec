package io.vanth.ike.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Corpora;
import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Every group and the ciphers that others published vectors of: the corpus's copies of those of RFC 5114, RFC 5903, RFC
/// 6932, RFC 7748 and RFC 8031, and what another implementation computed for the MODP groups.
class GroupCorpusTest {
    private static JsonNode vectors() throws IOException {
        return new ObjectMapper().readTree(Corpora.folder("esp").resolve("cipher-vectors.json").toFile())
                .path("vectors");
    }

    static Stream<Arguments> groups() throws IOException {
        List<Arguments> found = new ArrayList<>();
        for (String kind : List.of("modp", "modpsub", "ecp", "ecpbp", "curve25519")) {
            for (JsonNode vector : vectors().path(kind)) {
                group(vector.path("name").asText()).ifPresent(group -> found.add(Arguments.of(group, vector)));
            }
        }
        assertEquals(20, found.size(), "19 groups, one of them twice");
        return found.stream();
    }

    /// Groups 25 and 26 (ECP 192 and 224) are not spoken here.
    private static Optional<DhGroup> group(String name) {
        String word = name.replaceFirst("^curve25519_.*", "curve25519").replaceFirst("^(modp\\d+)_(\\d+)", "$1s$2");
        return Stream.of(DhGroup.values()).filter(each -> each.name().equalsIgnoreCase(word)).findFirst();
    }

    /// Both private values stand behind one another.
    @ParameterizedTest(name = "{0}")
    @MethodSource("groups")
    void agreesAsOthersDo(DhGroup group, JsonNode vector) throws GeneralSecurityException {
        Bytes both = Bytes.ofHex(vector.path("seed").asText());
        Bytes initiatorPublic = Bytes.ofHex(vector.path("pub_i").asText());
        Bytes responderPublic = Bytes.ofHex(vector.path("pub_r").asText());
        Bytes shared = Bytes.ofHex(vector.path("shared").asText());
        int half = both.length() / 2;
        try (KeyAgreement initiator = side(group, both.slice(0, half), initiatorPublic);
                KeyAgreement responder = side(group, both.from(half), responderPublic)) {
            assertEquals(initiatorPublic, initiator.publicValue());
            assertEquals(responderPublic, responder.publicValue());
            assertEquals(shared, KeyAgreementTest.agreed(initiator.agree(responderPublic)));
            assertEquals(shared, KeyAgreementTest.agreed(responder.agree(initiatorPublic)));
        }
    }

    private static KeyAgreement side(DhGroup group, Bytes secret, Bytes publicValue) throws GeneralSecurityException {
        byte[] bytes = secret.toArray();
        return switch (group.parameters()) {
            case GroupParameters.Modp modp -> ModpKeyAgreement.of(group, modp, Secret.owning(bytes));
            case GroupParameters.Brainpool curve -> BrainpoolKeyAgreement.of(group, curve, Secret.owning(bytes));
            case GroupParameters.Montgomery _ -> {
                X25519.clampPrivateKey(bytes);
                yield MontgomeryKeyAgreement.of(group, Secret.owning(bytes));
            }
            case GroupParameters.Ecp ecp -> EcpKeyAgreement.of(group, ecp, pair(ecp, bytes, publicValue));
        };
    }

    private static KeyPair pair(GroupParameters.Ecp ecp, byte[] secret, Bytes publicValue)
            throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(ecp.curve()));
        var curve = parameters.getParameterSpec(ECParameterSpec.class);
        var point = new ECPoint(new BigInteger(1, publicValue.slice(0, ecp.fieldBytes()).toArray()),
                new BigInteger(1, publicValue.from(ecp.fieldBytes()).toArray()));
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new KeyPair(factory.generatePublic(new ECPublicKeySpec(point, curve)),
                factory.generatePrivate(new ECPrivateKeySpec(new BigInteger(1, secret), curve)));
    }

    static Stream<Arguments> ciphers() throws IOException {
        JsonNode vectors = vectors();
        return Stream.of(Arguments.of(PhaseOneCipher.AES_CBC, vectors.path("aes_cbc")),
                Arguments.of(PhaseOneCipher.TRIPLE_DES_CBC, vectors.path("3des_cbc")),
                Arguments.of(PhaseOneCipher.CAMELLIA_CBC, vectors.path("camellia_cbc")))
                .flatMap(each -> StreamSupport.stream(((JsonNode) each.get()[1]).spliterator(), false)
                        .map(vector -> Arguments.of(each.get()[0], vector)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ciphers")
    void encryptsAsOthersDo(PhaseOneCipher cipher, JsonNode vector) {
        Bytes iv = Bytes.ofHex(vector.path("iv").asText());
        try (Secret key = Secret.owning(Bytes.ofHex(vector.path("key").asText()).toArray())) {
            var message = new MessageCipher(cipher, key);
            assertEquals(vector.path("cipher").asText(),
                    message.encrypt(iv, Bytes.ofHex(vector.path("plain").asText())).hex());
            assertEquals(vector.path("plain").asText(),
                    message.decrypt(iv, Bytes.ofHex(vector.path("cipher").asText())).hex());
        }
    }
}
