package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/// Fragments in any order become the packet that was cut.
final class FragmentAssemblyTest {
    private final FragmentAssembly assembly = new FragmentAssembly();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void putsPacketsTogetherInAnyOrder(boolean ipv6) {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            byte[] packet = packet(ipv6, random.nextInt(1500, 60_000), round);
            List<byte[]> fragments = cut(packet, ipv6, round, 8 * random.nextInt(100, 180));
            Collections.shuffle(fragments, random);
            for (byte[] early : fragments.subList(0, fragments.size() - 1)) {
                assertEquals(0, assembly.add(early, 0, early.length, 0));
            }
            byte[] last = fragments.getLast();
            int length = assembly.add(last, 0, last.length, 0);
            assertArrayEquals(packet,
                    Arrays.copyOfRange(assembly.bytes(), assembly.offset(), assembly.offset() + length));
        }
        assertEquals(0, assembly.discarded());
    }

    /// RFC 5722: "the entire datagram ... MUST be silently discarded".
    @Test
    void givesUpWhatOverlaps() {
        List<byte[]> fragments = cut(packet(false, 3000, 1), false, 1, 800);
        assertEquals(0, assembly.add(fragments.get(0), 0, fragments.get(0).length, 0));
        assertEquals(0, assembly.add(fragments.get(0), 0, fragments.get(0).length, 0));
        assertEquals(2, assembly.discarded());
    }

    /// A hole of the size of what lies behind the end: the lengths alone would say that all is there.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givesUpWhatLiesBehindTheLastFragment(boolean ipv6) {
        byte[] packet = packet(ipv6, 4000 - 8, 1);
        List<byte[]> fragments = cut(packet, ipv6, 1, 800);
        List<byte[]> shorter = cut(Arrays.copyOf(packet, packet.length - 1600), ipv6, 1, 800);
        assertEquals(0, assembly.add(fragments.get(0), 0, fragments.get(0).length, 0));
        assertEquals(0, assembly.add(fragments.get(3), 0, fragments.get(3).length, 0));
        byte[] last = shorter.get(2);
        assertEquals(0, assembly.add(last, 0, last.length, 0), "the second is missing");
        assertEquals(3, assembly.discarded());
    }

    /// RFC 8200 section 4.5 gives a packet 60 seconds, RFC 791 15.
    @Test
    void givesUpWhatIsOldAndWhatIsTooMuch() {
        List<byte[]> fragments = cut(packet(false, 1500, 1), false, 1, 800);
        assembly.add(fragments.get(0), 0, fragments.get(0).length, 0);
        assertEquals(0, assembly.add(fragments.get(1), 0, fragments.get(1).length, 20_000), "too late");
        assertEquals(1, assembly.discarded());
        for (int number = 2; number < 20; number++) {
            byte[] first = cut(packet(false, 1500, number), false, number, 800).getFirst();
            assertEquals(0, assembly.add(first, 0, first.length, 20_000 + number));
        }
        assertEquals(11, assembly.discarded(), "eight places");
    }

    private static byte[] packet(boolean ipv6, int payload, int identification) {
        byte[] noise = new byte[payload];
        new Random(payload).nextBytes(noise);
        byte[] packet = ipv6
                ? InnerPackets.udp("2001:db8::1", 7, "2001:db8::2", 7, noise)
                : InnerPackets.udp("192.0.2.1", 7, "192.0.2.2", 7, noise);
        if (!ipv6) {
            NetworkOrder.put16(packet, Ipv4Header.FRAGMENT_OFFSET, 0);
            NetworkOrder.put16(packet, Ipv4Header.IDENTIFICATION_OFFSET, identification);
            Ipv4Header.writeChecksum(packet, 0);
        }
        return packet;
    }

    private static List<byte[]> cut(byte[] packet, boolean ipv6, int identification, int most) {
        List<byte[]> fragments = new ArrayList<>();
        int header = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        int extension = ipv6 ? 8 : 0;
        int payload = packet.length - header;
        for (int done = 0; done < payload; done += most) {
            int part = Math.min(most, payload - done);
            boolean more = done + part < payload;
            byte[] fragment = new byte[header + extension + part];
            System.arraycopy(packet, 0, fragment, 0, header);
            System.arraycopy(packet, header + done, fragment, header + extension, part);
            if (ipv6) {
                fragment[header] = fragment[Ipv6Header.NEXT_HEADER_OFFSET];
                fragment[Ipv6Header.NEXT_HEADER_OFFSET] = IpProtocol.FRAGMENT;
                NetworkOrder.put16(fragment, Ipv6Header.PAYLOAD_LENGTH_OFFSET, extension + part);
                NetworkOrder.put16(fragment, header + 2, done | (more ? 1 : 0));
                NetworkOrder.put32(fragment, header + 4, identification);
            } else {
                NetworkOrder.put16(fragment, Ipv4Header.TOTAL_LENGTH_OFFSET, fragment.length);
                NetworkOrder.put16(fragment, Ipv4Header.FRAGMENT_OFFSET, done / 8 | (more ? 0x2000 : 0));
                Ipv4Header.writeChecksum(fragment, 0);
            }
            fragments.add(fragment);
        }
        return fragments;
    }
}
