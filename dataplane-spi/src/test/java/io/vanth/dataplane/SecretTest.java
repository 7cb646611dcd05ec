package io.vanth.dataplane;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

final class SecretTest {
    @Test
    void itsBytesAreWipedAtItsEnd() {
        byte[] bytes = {1, 2, 3, 4};
        Secret secret = Secret.owning(bytes);
        secret.close();
        assertArrayEquals(new byte[4], bytes);
        assertThrows(IllegalStateException.class, secret::length);
        assertThrows(IllegalStateException.class, () -> secret.expose(all -> all[0]));
    }

    @Test
    void aCopyOutlivesIt() {
        byte[] bytes = {1, 2, 3, 4};
        try (Secret copy = copyAndClose(bytes)) {
            assertArrayEquals(new byte[]{2, 3}, copy.expose(byte[]::clone));
        }
    }

    private static Secret copyAndClose(byte[] bytes) {
        try (Secret secret = Secret.copyOf(bytes)) {
            return secret.slice(1, 2);
        }
    }

    @Test
    void itIsNeverPrinted() {
        byte[] bytes = {65, 66, 67};
        try (Secret secret = Secret.owning(bytes)) {
            assertFalse(secret.toString().matches(".*(ABC|65|41).*"), secret.toString());
            assertEquals("Secret[redacted]", secret.toString());
        }
    }
}
