package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// What the kernel is told of an SA beyond what its owner says.
class PreparedSaTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.2");
    private static final Transform CBC = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128);
    private static final Transform CTR = EspTransform.of(Cipher.AES_CTR, 128, Integrity.HMAC_SHA2_256_128);
    private static final Transform NULL = EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA2_256_128);
    private static final Transform GCM = EspTransform.aead(Cipher.AES_GCM_16, 128);
    private static final Transform GMAC = EspTransform.aead(Cipher.AES_GMAC, 128);
    private static final Transform AH = new AhTransform(Integrity.HMAC_SHA2_256_128);
    private static final ReplayProtection WINDOW = ReplayProtection.window(64);
    private static final ReplayProtection EXTENDED = new ReplayProtection(64, true);
    /// 15/16 of 2^32, and the last number of 32 bits.
    private static final List<Long> ENDING = List.of(4_026_531_825L, 4_294_967_295L);
    private static final List<Long> ENDLESS = List.of(Xfrm.UNLIMITED, Xfrm.UNLIMITED);

    private static XfrmSa kernel(Transform transform, Direction direction, ReplayProtection replay, Lifetime soft,
            Lifetime hard) throws Exception {
        int integrity = transform.integrity().map(Integrity::keyBytes).orElse(0);
        var pair = new TrafficPair(TrafficSelector.parse("10.1.0.0/16"), TrafficSelector.parse("10.2.0.0/16"));
        boolean out = direction == Direction.OUTBOUND;
        try (Secret cipherKey = Secret.owning(new byte[transform.keyBytes() - integrity]);
                Secret integrityKey = Secret.owning(new byte[integrity]);
                PreparedSa prepared = PreparedSa.of(new SecurityAssociation(
                        new SaId(transform.protocol(), out ? THERE : HERE, new Spi(0x1234)), direction,
                        out ? HERE : THERE, Mode.TUNNEL, transform, cipherKey, integrityKey, List.of(pair),
                        Optional.empty(), replay, OuterHeader.DEFAULT, soft, hard, new SaGroup(3)), Instant.EPOCH,
                        77)) {
            return XfrmSaCodec.read(NetlinkMessage.readAll(ByteBuffer.wrap(prepared.fresh().finish(1))).getFirst());
        }
    }

    private static List<Long> packets(Transform transform, Direction direction, ReplayProtection replay)
            throws Exception {
        XfrmSa sa = kernel(transform, direction, replay, Lifetime.UNLIMITED, Lifetime.UNLIMITED);
        return List.of(sa.soft().packets(), sa.hard().packets());
    }

    /// RFC 4303 section 3.3.3: new keys come before the numbers begin again.
    @Test
    void numbersOf32BitsEnd() throws Exception {
        for (Transform transform : List.of(CBC, CTR, NULL, GCM, GMAC, AH)) {
            assertEquals(ENDING, packets(transform, Direction.OUTBOUND, WINDOW), transform.toString());
            assertEquals(ENDLESS, packets(transform, Direction.OUTBOUND, EXTENDED), transform.toString());
            assertEquals(ENDLESS, packets(transform, Direction.INBOUND, WINDOW), transform.toString());
        }
    }

    @Test
    void anEarlierLimitCounts() throws Exception {
        var thousand = new Lifetime(Optional.empty(), OptionalLong.empty(), OptionalLong.of(1000));
        var many = new Lifetime(Optional.empty(), OptionalLong.empty(), OptionalLong.of(1L << 40));
        XfrmSa sa = kernel(CBC, Direction.OUTBOUND, WINDOW, thousand, many);
        assertEquals(1000, sa.soft().packets());
        assertEquals(ENDING.getLast(), sa.hard().packets());
        sa = kernel(CBC, Direction.OUTBOUND, EXTENDED, thousand, many);
        assertEquals(1L << 40, sa.hard().packets());
    }

    /// Where the number makes the IV it may never come twice.
    @Test
    void onlyManualKeysOfCbcBeginAgain() throws Exception {
        for (Transform transform : List.of(CBC, NULL, AH, CTR, GCM, GMAC)) {
            boolean wraps = List.of(CBC, NULL, AH).contains(transform);
            XfrmSa manual = kernel(transform, Direction.OUTBOUND, ReplayProtection.OFF, Lifetime.UNLIMITED,
                    Lifetime.UNLIMITED);
            assertEquals(wraps ? XfrmSa.EXTRA_SEQUENCE_MAY_WRAP : 0,
                    manual.extraFlags() & XfrmSa.EXTRA_SEQUENCE_MAY_WRAP, transform.toString());
            assertEquals(wraps ? ENDLESS : ENDING, List.of(manual.soft().packets(), manual.hard().packets()));
            assertEquals(0, kernel(transform, Direction.OUTBOUND, WINDOW, Lifetime.UNLIMITED, Lifetime.UNLIMITED)
                    .extraFlags() & XfrmSa.EXTRA_SEQUENCE_MAY_WRAP);
        }
    }

    /// What a tunnel makes goes around the routes that lead into it; what comes out of one keeps its mark.
    @Test
    void onlyOutboundTunnelsMarkTheirPackets() throws Exception {
        assertEquals(77, kernel(CBC, Direction.OUTBOUND, WINDOW, Lifetime.UNLIMITED, Lifetime.UNLIMITED).outerMark());
        assertEquals(0, kernel(CBC, Direction.INBOUND, WINDOW, Lifetime.UNLIMITED, Lifetime.UNLIMITED).outerMark());
    }

    @Test
    void aCipherAloneIsToldAlone() throws Exception {
        XfrmSa sa = kernel(EspTransform.unauthenticated(Cipher.AES_CBC, 128), Direction.OUTBOUND, ReplayProtection.OFF,
                Lifetime.UNLIMITED, Lifetime.UNLIMITED);
        assertEquals(List.of("cbc(aes)"), sa.algorithms().stream().map(XfrmAlgorithm::name).toList());
    }
}
