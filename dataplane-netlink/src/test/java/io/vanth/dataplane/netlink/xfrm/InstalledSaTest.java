package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SecurityAssociation;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Whose packets say where the peer is (RFC 3948: authenticated ones; an old one again says where it was).
final class InstalledSaTest {
    private static InstalledSa sa(EspTransform transform, ReplayProtection replay) {
        SecurityAssociation sa = KernelSas.sa(transform, Mode.TUNNEL, Direction.INBOUND, 0x5001, Lifetime.UNLIMITED,
                true);
        return InstalledSa.of(new SecurityAssociation(sa.id(), sa.direction(), sa.source(), sa.mode(), sa.transform(),
                sa.cipherKey(), sa.integrityKey(), sa.selectors(), sa.encapsulation(), replay, sa.outer(),
                sa.soft(), sa.hard(), sa.group()), Instant.EPOCH);
    }

    @Test
    void onlyNewAuthenticatedPacketsTellOfThePeer() {
        EspTransform gcm = EspTransform.aead(Cipher.AES_GCM_16, 128);
        var window = ReplayProtection.window(64);
        assertTrue(sa(gcm, window).tellsOfPeer());
        assertTrue(sa(EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128), window).tellsOfPeer());
        assertTrue(sa(gcm, window).at(new InetSocketAddress(KernelSas.THERE, 9)).tellsOfPeer());
        assertFalse(sa(EspTransform.unauthenticated(Cipher.AES_CBC, 128), window).tellsOfPeer());
        assertFalse(sa(gcm, ReplayProtection.OFF).tellsOfPeer());
    }
}
