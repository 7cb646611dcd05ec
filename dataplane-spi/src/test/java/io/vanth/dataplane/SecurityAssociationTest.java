package io.vanth.dataplane;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

class SecurityAssociationTest {
    private static final EspTransform TRANSFORM = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96);

    /// RFC 3602 and RFC 2404: 16 and 20 bytes.
    @Test
    void eachKeyHasTheLengthOfItsAlgorithm() {
        assertEquals(16, association(16, 20).cipherKey().length());
        assertThrows(IllegalArgumentException.class, () -> association(20, 16), "exchanged, though the sum is right");
        assertThrows(IllegalArgumentException.class, () -> association(36, 0));
    }

    @Test
    void nothingAtAllIsNoTransform() {
        assertThrows(IllegalArgumentException.class, () -> EspTransform.unauthenticated(Cipher.NULL, 0));
        assertThrows(IllegalArgumentException.class, () -> EspTransform.unauthenticated(Cipher.AES_GCM_16, 128));
        assertFalse(EspTransform.unauthenticated(Cipher.AES_CBC, 128).isAuthenticated());
    }

    private static SecurityAssociation association(int cipherKey, int integrityKey) {
        InetAddress here = InetAddress.ofLiteral("192.0.2.1");
        return new SecurityAssociation(new SaId(SecurityProtocol.ESP, here, new Spi(0x100)), Direction.INBOUND, here,
                Mode.TUNNEL, TRANSFORM, Secret.copyOf(new byte[cipherKey]), Secret.copyOf(new byte[integrityKey]),
                List.of(), Optional.empty(), ReplayProtection.window(64), OuterHeader.DEFAULT, Lifetime.UNLIMITED,
                Lifetime.UNLIMITED, new SaGroup(1));
    }
}
