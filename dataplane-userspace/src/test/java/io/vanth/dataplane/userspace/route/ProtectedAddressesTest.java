package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.route.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProtectedAddressesTest {
    private final ProtectedAddresses addresses = new ProtectedAddresses();
    private final List<IpPrefix> inKernel = new ArrayList<>();

    /// What the kernel refuses: an overlap. What would leak: an address of a policy that is not in the set.
    @RepeatedTest(20)
    void theSetHoldsWhatPoliciesNeedWithoutOverlap(RepetitionInfo repetition) throws Exception {
        var random = new Random(repetition.getCurrentRepetition());
        var policies = new ArrayList<Policy>();
        for (int step = 0; step < 200; step++) {
            if (policies.isEmpty() || random.nextInt(3) > 0) {
                Policy policy = policy(range(random));
                policies.add(policy);
                add(policy);
            } else {
                Policy gone = policies.remove(random.nextInt(policies.size()));
                remove(gone, policies);
            }
            assertNoOverlap();
            for (Policy policy : policies) {
                AddressRange remote = policy.traffic().remote().addresses();
                assertTrue(holds(remote.first()) && holds(remote.last()), () -> remote + " in " + inKernel);
            }
        }
        while (!policies.isEmpty()) {
            remove(policies.removeLast(), policies);
        }
        assertEquals(List.of(), inKernel);
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

    private boolean holds(InetAddress address) {
        return inKernel.stream().anyMatch(prefix -> prefix.range().contains(address));
    }

    private void assertNoOverlap() {
        for (IpPrefix one : inKernel) {
            assertEquals(1, inKernel.stream().filter(other -> other.range().contains(one.address())).count(),
                    () -> one + " in " + inKernel);
        }
    }

    /// Some of the 256 addresses around 10.0.0.0.
    private static AddressRange range(Random random) throws UnknownHostException {
        int one = random.nextInt(256);
        int two = random.nextInt(256);
        return new AddressRange(InetAddress.getByAddress(new byte[]{10, 0, 0, (byte) Math.min(one, two)}),
                InetAddress.getByAddress(new byte[]{10, 0, 0, (byte) Math.max(one, two)}));
    }

    private static Policy policy(AddressRange remote) {
        return new Policy("to " + remote, 0,
                new TrafficPair(TrafficSelector.of(remote), TrafficSelector.of(remote)), new Policy.Discard());
    }
}
