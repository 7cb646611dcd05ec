package io.vanth.dataplane.netlink.xfrm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class XfrmCodecTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress THERE = InetAddress.ofLiteral("2001:db8::2");
    private static final XfrmSelector SELECTOR = XfrmSelector
            .of(TrafficSelector.parse("10.1.0.0/16"), new TrafficSelector(
                    TrafficSelector.parse("10.2.0.0/16").addresses(), 17, 53, 53))
            .getFirst();
    private static final XfrmSelector SELECTOR_6 = XfrmSelector
            .of(TrafficSelector.parse("fd01::/64"), TrafficSelector.parse("::/0")).getFirst();

    @Test
    void everyTransformComesBackAsItWent() throws Exception {
        for (Transform transform : transforms()) {
            XfrmSa sa = sa(transform, HERE, Optional.of(SELECTOR), ReplayProtection.window(32), Optional.empty());
            assertEquals(sa, XfrmSaCodec.read(message(XfrmSaCodec.add(sa, false))));
        }
    }

    @Test
    void everyFieldComesBackAsItWent() throws Exception {
        Transform transform = EspTransform.aead(Cipher.AES_GCM_16, 256);
        for (ReplayProtection replay : List.of(ReplayProtection.OFF, ReplayProtection.window(33),
                new ReplayProtection(4096, true))) {
            XfrmSa sa = sa(transform, THERE, Optional.empty(), replay, Optional.of(new XfrmSa.Ports(4500, 31_337)));
            assertEquals(sa, XfrmSaCodec.read(message(XfrmSaCodec.add(sa, true))));
        }
    }

    @Test
    void aMovedSaKeepsAllButItsAddresses() throws Exception {
        XfrmSa before = sa(EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128), HERE,
                Optional.of(SELECTOR), new ReplayProtection(1024, true), Optional.of(new XfrmSa.Ports(4500, 4500)));
        InetAddress elsewhere = InetAddress.ofLiteral("198.51.100.9");
        var id = new XfrmSa.Id(50, elsewhere, before.id().spi());
        var ports = new XfrmSa.Ports(4500, 1024);
        XfrmSa after = XfrmSaCodec.read(message(
                XfrmSaCodec.moved(message(XfrmSaCodec.add(before, false)), id, HERE,
                        Optional.of(ports), true)));
        assertEquals(new XfrmSa(id, HERE, before.requestId(), before.mode(), before.selector(), before.soft(),
                before.hard(), before.flags(), before.extraFlags(), before.algorithms(), Optional.of(ports),
                before.replay(), before.mark(), before.interfaceId(), before.paddedLength(), before.outerMark()),
                after);
    }

    /// RFC 4303 section 3.3.3: the numbers that a move takes are no packets, and end all the same.
    @Test
    void limitsEndWithTheNumbersThatMovesTake() throws Exception {
        XfrmSa before = sa(EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128), HERE,
                Optional.of(SELECTOR), ReplayProtection.window(64), Optional.of(new XfrmSa.Ports(4500, 4500)));
        var operators = new XfrmSa.Limits(Xfrm.UNLIMITED, 1000, 0);
        var numbers = new XfrmSa.Limits(Xfrm.UNLIMITED, 4_294_967_295L, 0);
        before = new XfrmSa(before.id(), HERE, before.requestId(), before.mode(), before.selector(), operators, numbers,
                before.flags() & ~XfrmSa.Flag.EXTENDED_SEQUENCE, 0, before.algorithms(), before.encapsulation(),
                before.replay(), before.mark(), 0, 0, 0);
        NetlinkMessage state = message(XfrmSaCodec.add(before, false));
        for (int moves = 1; moves <= 3; moves++) {
            state = message(XfrmSaCodec.moved(state, before.id(), HERE, before.encapsulation(), true));
            XfrmSa after = XfrmSaCodec.read(state);
            assertEquals(4_294_967_295L - moves * 65_536L, after.hard().packets());
            assertEquals(1000, after.soft().packets());
        }
        for (int moves = 4; moves <= 65_535; moves++) {
            state = message(XfrmSaCodec.moved(state, before.id(), HERE, before.encapsulation(), true));
        }
        assertEquals(0, XfrmSaCodec.read(state).soft().packets());
        assertEquals(65_535, XfrmSaCodec.read(state).hard().packets());
    }

    @Test
    void policiesComeBackAsTheyWent() throws Exception {
        var tunnel = new XfrmPolicy.Template(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(HERE), Optional.of(HERE),
                false, 0x5600_0007, false);
        var any = new XfrmPolicy.Template(SecurityProtocol.IPCOMP, Mode.TUNNEL, Optional.empty(), Optional.empty(),
                true, 0x5600_0007, true);
        for (XfrmPolicy.Way way : XfrmPolicy.Way.values()) {
            var protect = new XfrmPolicy(SELECTOR, way, 0x5600_0008 | way.number(), 100, true, List.of(any, tunnel),
                    Optional.of(new XfrmSa.Mark(1, -1)), 9);
            var block = new XfrmPolicy(SELECTOR_6, way, 0x5600_0010 | way.number(), -1, false, List.of(),
                    Optional.empty(), 0);
            for (XfrmPolicy policy : List.of(protect, block)) {
                NetlinkMessage message = message(XfrmPolicyCodec.add(policy, false));
                assertEquals(policy, XfrmPolicyCodec.read(message));
                assertEquals(policy.index(), XfrmPolicyCodec.readIndex(message));
            }
        }
    }

    /// The masks cover each port of the range once, and no other.
    @ParameterizedTest
    @CsvSource({"0, 65535, 1", "500, 500, 1", "1, 65535, 16", "1, 65534, 30", "1024, 2047, 1", "5000, 5010, 3"})
    void portsAreCoveredExactly(int first, int last, int count) {
        List<PortMask> masks = PortMask.covering(first, last);
        assertEquals(count, masks.size());
        for (int port = 0; port <= 65_535; port++) {
            int tried = port;
            long matching = masks.stream().filter(mask -> (tried & mask.mask()) == mask.port()).count();
            assertEquals(port >= first && port <= last ? 1 : 0, matching, "port " + port);
        }
    }

    @Test
    void selectorsOfTwoProtocolsAreNone() {
        var tcp = new TrafficSelector(TrafficSelector.parse("10.1.0.0/16").addresses(), 6, 0, 65_535);
        var udp = new TrafficSelector(TrafficSelector.parse("10.2.0.0/16").addresses(), 17, 0, 65_535);
        assertTrue(XfrmSelector.of(tcp, udp).isEmpty());
        assertEquals(17, XfrmSelector.of(TrafficSelector.parse("10.1.0.0/16"), udp).getFirst().protocol());
    }

    /// The kernel has the type where others have the source port and the code for the destination port, both ways.
    @Test
    void messagesOfIcmpAreTypesAndCodes() {
        var near = TrafficSelector.parse("10.1.0.0/16");
        assertEquals(List.of("8/65535 0/0"), messages(near, 0x0800, 0x08FF));
        assertEquals(List.of("3/65535 4/65535"), messages(near, 0x0304, 0x0304));
        assertEquals(List.of("0/0 0/0"), messages(near, 0, 0xFFFF));
        assertEquals(List.of("3/65535 254/65534", "4/65535 0/0", "5/65535 0/65535"), messages(near, 0x03FE, 0x0500));
    }

    private static List<String> messages(TrafficSelector near, int first, int last) {
        var icmp = new TrafficSelector(TrafficSelector.parse("10.2.0.0/16").addresses(), 1, first, last);
        assertEquals(text(XfrmSelector.of(near, icmp)), text(XfrmSelector.of(icmp, near)));
        return text(XfrmSelector.of(near, icmp));
    }

    private static List<String> text(List<XfrmSelector> selectors) {
        return selectors.stream().map(each -> "%d/%d %d/%d".formatted(each.sourcePorts().port(),
                each.sourcePorts().mask(), each.destinationPorts().port(), each.destinationPorts().mask())).toList();
    }

    @Test
    void aCutMessageIsRefused() {
        XfrmSa sa = sa(new AhTransform(Integrity.HMAC_SHA1_96), HERE, Optional.of(SELECTOR),
                ReplayProtection.window(32), Optional.empty());
        byte[] whole = message(XfrmSaCodec.add(sa, false)).payload();
        for (int length = 0; length < XfrmSaCodec.LENGTH; length++) {
            NetlinkMessage cut = new NetlinkMessage(Xfrm.NEWSA, 0, 1, Arrays.copyOf(whole, length));
            assertThrows(ProtocolException.class, () -> XfrmSaCodec.read(cut));
        }
    }

    @FuzzTest
    void anythingIsReadOrRefused(byte[] bytes) {
        readAll(bytes);
    }

    /// The same, without a fuzzer: garbage, and messages with a few bytes changed.
    @Test
    void randomBytesAreReadOrRefused() {
        var random = new Random(4301);
        List<byte[]> seeds = new ArrayList<>();
        transforms().forEach(transform -> seeds.add(message(XfrmSaCodec.add(sa(transform, THERE,
                Optional.of(SELECTOR_6), new ReplayProtection(128, true), Optional.empty()), false)).payload()));
        seeds.add(new byte[300]);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            for (int change = 0; change < 1 + random.nextInt(4); change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            readAll(bytes);
        }
    }

    private interface Reading {
        void run() throws ProtocolException;
    }

    private static void readAll(byte[] bytes) {
        for (int type : new int[]{Xfrm.NEWSA, Xfrm.NEWPOLICY, Xfrm.ACQUIRE, Xfrm.EXPIRE, Xfrm.MAPPING}) {
            NetlinkMessage message = new NetlinkMessage(type, 0, 1, bytes);
            for (Reading reading : List.<Reading>of(() -> XfrmSaCodec.read(message),
                    () -> XfrmSaCodec.readUsage(message), () -> XfrmPolicyCodec.read(message),
                    () -> XfrmEventReader.read(message))) {
                try {
                    reading.run();
                } catch (ProtocolException refused) {
                    assertTrue(refused.getMessage().length() > 5);
                }
            }
        }
    }

    private static List<Transform> transforms() {
        var all = new ArrayList<Transform>();
        for (Cipher cipher : Cipher.values()) {
            for (int bits : cipher.keyBits()) {
                if (cipher.isAead()) {
                    all.add(EspTransform.aead(cipher, bits));
                } else {
                    Arrays.stream(Integrity.values()).forEach(each -> all.add(EspTransform.of(cipher, bits, each)));
                }
            }
        }
        Arrays.stream(Integrity.values()).forEach(each -> all.add(new AhTransform(each)));
        all.add(new IpcompTransform());
        return all;
    }

    private static XfrmSa sa(Transform transform, InetAddress destination, Optional<XfrmSelector> selector,
            ReplayProtection replay, Optional<XfrmSa.Ports> ports) {
        int integrity = transform.integrity().map(Integrity::keyBytes).orElse(0);
        var random = new Random(transform.keyBytes());
        byte[] key = new byte[transform.keyBytes()];
        random.nextBytes(key);
        return new XfrmSa(new XfrmSa.Id(transform.protocol().ipProtocol(), destination, 0xfedc_ba98), destination,
                0x5600_0007, Mode.TUNNEL, selector, new XfrmSa.Limits(1, 2, 3),
                new XfrmSa.Limits(4, Xfrm.UNLIMITED, 6),
                replay.extended() ? XfrmSa.Flag.EXTENDED_SEQUENCE | XfrmSa.Flag.ALIGN_4 : XfrmSa.Flag.NO_ECN,
                XfrmSa.EXTRA_DONT_COPY_DSCP,
                XfrmAlgorithm.of(transform, Secret.copyOf(key, 0, key.length - integrity),
                        Secret.copyOf(key, key.length - integrity, integrity)),
                ports, replay, Optional.of(new XfrmSa.Mark(0x77, 0xff)), 42, 1300, 0x56);
    }

    private static NetlinkMessage message(MessageWriter written) {
        try {
            return NetlinkMessage.readAll(ByteBuffer.wrap(written.finish(1))).getFirst();
        } catch (ProtocolException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
