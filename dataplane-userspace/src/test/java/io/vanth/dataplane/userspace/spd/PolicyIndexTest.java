package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The index decides as a look at all policies in their order does, by what [TrafficSelector#matches] says.
final class PolicyIndexTest {
    private static final int PACKETS = 40;
    private static final int FLOWS = 10_000;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int[] EDGES = {0, 1, 7, 8, 0x7F, 0x80, 0xFE, 0xFF};
    private static final int[] PORTS = {0, 1, 53, 80, 443, 1023, 1024, 0x7FFF, 0x8000, 0xFFFF};

    private static final TrafficPair TRAFFIC = new TrafficPair(TrafficSelector.parse("10.1.0.0/16"),
            TrafficSelector.parse("0.0.0.0/0"));

    private final Random random = new Random(4301);
    private final PacketView view = new PacketView();

    /// What is sent or what came, in both directions, while policies come and go.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20, 300})
    void decidesAsALookAtAllPoliciesDoes(int most) {
        int decided = 0;
        for (int round = 0; round < 12_000 / (most + 20); round++) {
            PolicyDatabase database = PolicyDatabase.EMPTY;
            List<Policy> policies = new ArrayList<>();
            for (int step = 0; step < 2 * most; step++) {
                if (policies.size() < most && random.nextInt(4) != 0) {
                    Policy policy = policy("policy " + round + "/" + step);
                    policies.add(policy);
                    database = database.with(new PolicyRule(policy, Optional.empty()));
                } else if (!policies.isEmpty()) {
                    database = database.without(policies.remove(random.nextInt(policies.size())).name());
                }
            }
            policies.sort(Comparator.comparingInt(Policy::order));
            assertEquals(policies, database.rules().stream().map(PolicyRule::policy).toList());
            for (int packet = 0; packet < PACKETS; packet++) {
                decided += check(policies, database) ? 1 : 0;
            }
        }
        assertTrue(decided > 100, decided + " packets had a policy");
    }

    /// Each packet is of another flow, which the cache does not know.
    @Test
    void aFreshFlowAllocatesNothing() throws Exception {
        PolicyDatabase database = PolicyDatabase.EMPTY;
        for (int number = 0; number < 200; number++) {
            database = database.with(rule("p" + number, number, "10." + number + ".0.0/" + (10 + number % 20)));
        }
        var cache = new FlowCache(true);
        byte[] packet = packet(new byte[]{10, 1, 0, 1}, new byte[]{10, 2, 0, 1}, UDP, false, 1, 2);
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        lookUpFreshFlows(database, cache, packet);
        bytes.invoke(threads);
        long before = (long) bytes.invoke(threads);
        lookUpFreshFlows(database, cache, packet);
        long allocated = (long) bytes.invoke(threads) - before;
        assertTrue(allocated < FLOWS, allocated + " bytes");
    }

    private void lookUpFreshFlows(PolicyDatabase database, FlowCache cache, byte[] packet) {
        for (int flow = 0; flow < FLOWS; flow++) {
            packet[Ipv4Header.DESTINATION_OFFSET + 1] = (byte) flow;
            packet[Ipv4Header.MIN_LENGTH] = (byte) (flow >> Byte.SIZE);
            Ipv4Header.writeChecksum(packet, 0);
            read(packet);
            cache.find(database, view);
        }
    }

    /// Lowest order first, whatever the shapes of the selectors; of equals the one that was added first.
    @Test
    void theLowestOrderDecides() {
        PolicyDatabase database = PolicyDatabase.EMPTY.with(rule("wide", 7, "0.0.0.0/0"))
                .with(rule("late", 5, "10.2.0.0/16")).with(rule("later", 5, "10.2.3.0/24"))
                .with(rule("first", -9, "10.2.3.4-10.2.3.9"));
        assertEquals("first", decision(database, "10.2.3.4"));
        assertEquals("late", decision(database, "10.2.3.10"));
        assertEquals("wide", decision(database, "10.3.0.0"));
        assertEquals("later", decision(database.without("late"), "10.2.3.10"));
        assertEquals("wide", decision(database.without("late").without("later"), "10.2.3.10"));
    }

    private String decision(PolicyDatabase database, String destination) {
        read(packet(InetAddress.ofLiteral("10.1.0.1").getAddress(), InetAddress.ofLiteral(destination).getAddress(),
                UDP,
                false, 1, 2));
        return database.first(view, true).policy().name();
    }

    private static PolicyRule rule(String name, int order, String remote) {
        return new PolicyRule(new Policy(name, order, new TrafficPair(TRAFFIC.local(), TrafficSelector.parse(remote)),
                new Policy.Bypass()), Optional.empty());
    }

    private boolean check(List<Policy> ordered, PolicyDatabase database) {
        TrafficPair near = ordered.isEmpty()
                ? TRAFFIC
                : ordered.get(random.nextInt(ordered.size())).traffic();
        boolean leaves = random.nextBoolean();
        byte[] source = near(leaves ? near.local() : near.remote());
        byte[] destination = near(leaves ? near.remote() : near.local());
        int protocol = pick(TCP, UDP, ICMP);
        boolean later = random.nextInt(5) == 0;
        int sourcePort = pick(PORTS);
        int destinationPort = pick(PORTS);
        read(packet(source, destination, protocol, later, sourcePort, destinationPort));
        // Type and code stand where others have the source port.
        var from = new End(source, protocol, later ? PacketView.NO_PORT : sourcePort);
        var to = new End(destination, protocol,
                later ? PacketView.NO_PORT : protocol == ICMP ? sourcePort : destinationPort);
        Policy out = first(ordered, from, to);
        Policy in = first(ordered, to, from);
        assertEquals(out, decision(database.first(view, true)), () -> "out " + from + " to " + to);
        assertEquals(in, decision(database.first(view, false)), () -> "in " + from + " to " + to);
        return out != null || in != null;
    }

    private static Policy decision(PolicyRule rule) {
        return rule == null ? null : rule.policy();
    }

    private static Policy first(List<Policy> ordered, End local, End remote) {
        return ordered.stream()
                .filter(policy -> local.isIn(policy.traffic().local()) && remote.isIn(policy.traffic().remote()))
                .findFirst().orElse(null);
    }

    private record End(InetAddress address, int protocol, int port) {
        End(byte[] address, int protocol, int port) {
            this(of(address), protocol, port);
        }

        boolean isIn(TrafficSelector selector) {
            return selector.matches(address, protocol, port);
        }
    }

    private Policy policy(String name) {
        int length = random.nextBoolean() ? 4 : 16;
        Policy.Action action = random.nextBoolean() ? new Policy.Bypass() : new Policy.Discard();
        return new Policy(name, random.nextInt(-3, 4), new TrafficPair(selector(length), selector(length)), action);
    }

    private TrafficSelector selector(int length) {
        int protocol = pick(TrafficSelector.ANY_PROTOCOL, TrafficSelector.ANY_PROTOCOL, TCP, UDP, ICMP);
        int one = pick(PORTS);
        int two = random.nextBoolean() ? one : pick(PORTS);
        boolean anyPort = random.nextInt(3) != 0;
        return new TrafficSelector(addresses(length), protocol, anyPort ? 0 : Math.min(one, two),
                anyPort ? 0xFFFF : Math.max(one, two));
    }

    private AddressRange addresses(int length) {
        InetAddress one = of(address(length));
        InetAddress two = of(address(length));
        return switch (random.nextInt(4)) {
            case 0 -> AddressRange.host(one);
            case 1 -> Arrays.compareUnsigned(one.getAddress(), two.getAddress()) <= 0
                    ? new AddressRange(one, two)
                    : new AddressRange(two, one);
            default -> AddressRange.network(one, random.nextInt(length * 8 + 1));
        };
    }

    /// Few addresses, at the edges of what prefixes divide, so that selectors meet and overlap.
    private byte[] address(int length) {
        byte[] address = new byte[length];
        address[0] = 10;
        for (int index : new int[]{1, length / 2, length / 2 - 1, length - 1}) {
            address[index] = (byte) pick(EDGES);
        }
        return address;
    }

    /// Mostly an address at the end of what is selected.
    private byte[] near(TrafficSelector selector) {
        byte[] first = selector.addresses().first().getAddress();
        return switch (random.nextInt(4)) {
            case 0 -> first;
            case 1, 2 -> selector.addresses().last().getAddress();
            default -> address(first.length);
        };
    }

    private int pick(int... of) {
        return of[random.nextInt(of.length)];
    }

    private void read(byte[] packet) {
        assertTrue(view.read(packet, 0, packet.length));
    }

    private static InetAddress of(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] packet(byte[] source, byte[] destination, int protocol, boolean laterFragment, int sourcePort,
            int destinationPort) {
        ByteBuffer packet = ByteBuffer.allocate(60);
        if (source.length == 4) {
            packet.putShort((short) 0x4500).putShort((short) 28).putShort((short) 1)
                    .putShort((short) (laterFragment ? 5 : 0)).put((byte) 64).put((byte) protocol)
                    .putShort((short) 0).put(source).put(destination);
            Ipv4Header.writeChecksum(packet.array(), 0);
        } else {
            packet.putInt(0x6000_0000).putShort((short) 16).put((byte) IpProtocol.FRAGMENT).put((byte) 64)
                    .put(source).put(destination).put((byte) protocol).put((byte) 0)
                    .putShort((short) (laterFragment ? 40 : 0)).putInt(1);
        }
        return packet.putShort((short) sourcePort).putShort((short) destinationPort).array();
    }
}
