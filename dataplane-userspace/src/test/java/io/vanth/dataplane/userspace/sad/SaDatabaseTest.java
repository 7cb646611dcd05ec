package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.layer.EspWrapper;
import io.vanth.dataplane.userspace.layer.Identifications;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class SaDatabaseTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 4500);
    private static final SaGroup GROUP = new SaGroup(1);

    private final SaDatabase database = new SaDatabase(new SecureRandom());
    private EspTransport transport;

    @BeforeEach
    void openTransport() throws Exception {
        transport = new InMemoryNetwork(new Random(1)).open(new InetSocketAddress(HERE, 4500));
    }

    /// Groups come and go with a daemon that makes one for each negotiation.
    @Test
    void aSlotGoesWithItsLastUser() throws Exception {
        OutboundSlot first = database.takeSlot(GROUP);
        OutboundSa association = outbound(0x100);
        OutboundBundle bundle = install(association);
        database.releaseSlot(GROUP);
        assertSame(bundle, first.current());
        assertSame(first, database.takeSlot(GROUP), "an SA holds the slot");
        database.remove(association.id());
        assertNull(first.current());
        assertSame(first, database.takeSlot(GROUP), "a policy holds the slot");
        database.releaseSlot(GROUP);
        database.releaseSlot(GROUP);
        assertNotSame(first, database.takeSlot(GROUP), "nothing held the slot");
    }

    @Test
    void theNewestIsUsedWhicheverIsRemoved() throws Exception {
        OutboundSlot slot = database.takeSlot(GROUP);
        OutboundSa old = outbound(0x100);
        OutboundSa young = outbound(0x101);
        OutboundBundle before = install(old);
        OutboundBundle now = install(young);
        assertSame(now, slot.current());
        database.remove(young.id());
        assertSame(before, slot.current());
        assertTrue(young.isEnded());
    }

    /// RFC 4303 section 2.1: 1 to 255 are reserved, 0 is for local use.
    @Test
    void passesOverReservedAndTakenSpis() throws Exception {
        var spis = new SaDatabase(new Numbers(0, 1, 0xFF, 0x100, 0x100, 0x80, 0xFFFF_FFFF, 0x100, 0xFFFF_FFFF, 0x200));
        assertEquals(new Spi(0x100), spis.reserve(SecurityProtocol.ESP, HERE));
        assertEquals(new Spi(0xFFFF_FFFF), spis.reserve(SecurityProtocol.ESP, HERE));
        assertEquals(new Spi(0x200), spis.reserve(SecurityProtocol.ESP, HERE));
    }

    /// A bundle of which one SA is gone is none any more.
    @Test
    void aBundleIsUsedWholeOrNotAtAll() throws Exception {
        OutboundSlot slot = database.takeSlot(GROUP);
        OutboundSa inner = outbound(0x100);
        OutboundSa outer = outbound(0x101);
        OutboundBundle bundle = new OutboundBundle(List.of(inner, outer));
        database.install(bundle);
        assertSame(bundle, slot.current());
        assertSame(outer, bundle.outermost());
        database.remove(inner.id());
        assertNull(slot.current());
        assertTrue(bundle.isEnded());
        assertTrue(database.find(outer.id()).isPresent(), "the other one is listed until it is removed");
    }

    /// RFC 3173 section 3.3: 0 to 255 are assigned or reserved, 61440 and up are for private use.
    @Test
    void reservesCpisOf16Bits() throws Exception {
        for (int count = 0; count < 2000; count++) {
            int cpi = database.reserve(SecurityProtocol.IPCOMP, HERE).value();
            assertTrue(cpi >= 0x100 && cpi <= 0xEFFF, "CPI " + cpi);
        }
    }

    private OutboundBundle install(OutboundSa association) {
        OutboundBundle bundle = new OutboundBundle(List.of(association));
        database.install(bundle);
        return bundle;
    }

    private OutboundSa outbound(int spi) throws Exception {
        EspTransform transform = EspTransform.aead(Cipher.AES_GCM_16, 128);
        byte[] keys = new byte[transform.keyBytes()];
        SecurityAssociation association = new SecurityAssociation(
                new SaId(SecurityProtocol.ESP, PEER.getAddress(), new Spi(spi)), Direction.OUTBOUND, HERE,
                Mode.TUNNEL, transform, Secret.copyOf(keys), Secret.copyOf(new byte[0]), List.of(),
                Optional.of(new UdpEncapsulation(4500, 4500)), ReplayProtection.window(64), OuterHeader.DEFAULT,
                Lifetime.UNLIMITED, Lifetime.UNLIMITED, GROUP);
        return new OutboundSa(association, transport, new Endpoint(PEER), Instant.EPOCH,
                new EspWrapper(association, EspSealer.of(transform, keys, new SecureRandom()),
                        new Identifications(0), 1400));
    }

    /// Gives the numbers that it was told.
    private static final class Numbers extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient int[] numbers;
        private transient int next;

        private Numbers(int... numbers) {
            this.numbers = numbers;
        }

        @Override
        public int nextInt() {
            return numbers[next++];
        }
    }
}
