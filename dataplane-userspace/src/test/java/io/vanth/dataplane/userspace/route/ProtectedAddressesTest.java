package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.route.IpPrefix;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProtectedAddressesTest {
    private final ProtectedAddresses addresses = new ProtectedAddresses();
    private final List<IpPrefix> inKernel = new ArrayList<>();

    /// What the kernel refuses: an overlap. What would leak: an address of a policy that is not in the set.
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "0.0.0.0", "255.255.255.0", "fd00::", "::", "0:0:0:1::",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00"})
    void theSetHoldsWhatPoliciesNeedWithoutOverlap(String first) throws Exception {
        for (int seed = 0; seed < 5; seed++) {
            addAndRemove(InetAddress.ofLiteral(first).getAddress(), new Random(seed));
        }
    }

    private void addAndRemove(byte[] first, Random random) throws Exception {
        var policies = new ArrayList<Policy>();
        for (int step = 0; step < 200; step++) {
            if (policies.isEmpty() || random.nextInt(3) > 0) {
                Policy policy = policy(range(first, random));
                policies.add(policy);
                add(policy);
            } else {
                Policy gone = policies.remove(random.nextInt(policies.size()));
                remove(gone, policies);
            }
            assertNoOverlap();
            BitSet held = lastBytes(inKernel.stream().map(IpPrefix::range));
            BitSet lacking = lastBytes(policies.stream().map(policy -> policy.traffic().remote().addresses()));
            lacking.andNot(held);
            assertTrue(lacking.isEmpty(), () -> lacking + " are not in " + inKernel);
        }
        while (!policies.isEmpty()) {
            remove(policies.removeLast(), policies);
        }
        assertEquals(List.of(), inKernel);
    }

    /// Disjoint and as many as there are: all.
    @ParameterizedTest
    @CsvSource({"%d.%d.7.0/24, 0.0.0.0/0, 32", "20%02x:%x::/48, ::/0, 128"})
    void everythingIsMoreThanWhatIsThereAlready(String narrow, String all, int bits) {
        for (int number = 0; number < 30; number++) {
            add(policy(AddressRange.parse(narrow.formatted(number + 10, number * 37 % 256))));
        }
        add(policy(AddressRange.parse(all)));
        assertNoOverlap();
        assertEquals(BigInteger.TWO.pow(bits), inKernel.stream().map(prefix -> BigInteger.TWO.pow(
                bits - prefix.length())).reduce(BigInteger.ZERO, BigInteger::add));
    }

    @Test
    void familiesStandSideBySide() {
        add(policy(AddressRange.parse("0.0.0.0/0")));
        add(policy(AddressRange.parse("::/0")));
        add(policy(AddressRange.parse("fd00::/8")));
        add(policy(AddressRange.parse("10.0.0.0/8")));
        assertEquals(List.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0")), inKernel);
    }

    private void add(Policy policy) {
        List<IpPrefix> missing = addresses.missing(policy);
        inKernel.addAll(missing);
        addresses.added(missing);
    }

    private void remove(Policy policy, List<Policy> left) {
        List<IpPrefix> unused = addresses.unused(policy, left);
        inKernel.removeAll(unused);
        addresses.removed(unused);
    }

    /// Of all addresses in ranges that differ in them alone.
    private static BitSet lastBytes(Stream<AddressRange> ranges) {
        var all = new BitSet();
        ranges.forEach(range -> all.set(lastByte(range.first()), lastByte(range.last()) + 1));
        return all;
    }

    private static int lastByte(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Byte.toUnsignedInt(bytes[bytes.length - 1]);
    }

    private void assertNoOverlap() {
        for (IpPrefix one : inKernel) {
            assertEquals(1, inKernel.stream().filter(other -> other.range().contains(one.address())).count(),
                    () -> one + " in " + inKernel);
        }
    }

    /// Some of the 256 addresses from `first` on.
    private static AddressRange range(byte[] first, Random random) throws UnknownHostException {
        int one = random.nextInt(256);
        int two = random.nextInt(256);
        return new AddressRange(withLastByte(first, Math.min(one, two)), withLastByte(first, Math.max(one, two)));
    }

    private static InetAddress withLastByte(byte[] address, int last) throws UnknownHostException {
        byte[] bytes = address.clone();
        bytes[bytes.length - 1] = (byte) last;
        return InetAddress.getByAddress(bytes);
    }

    private static Policy policy(AddressRange remote) {
        return new Policy("to " + remote, 0,
                new TrafficPair(TrafficSelector.of(remote), TrafficSelector.of(remote)), new Policy.Discard());
    }
}
