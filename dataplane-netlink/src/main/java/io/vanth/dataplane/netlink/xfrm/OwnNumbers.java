package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.SaGroup;

/// The numbers by which entries of this data plane are known in the kernel's tables, whichever process made them. Nothing
/// else is touched. SAs and templates have request ids of the range, policies have indexes of it.
final class OwnNumbers {
    /// The first of the range, which has 2^24 numbers.
    static final int BASE = 0x5600_0000;
    /// The port of the one socket that may change these entries in a network namespace.
    static final int SOCKET_PORT = 0x56_41_4e_54;
    /// A request id that no installed SA has: of reserved SPIs and of policies that only ask for SAs.
    static final int NO_GROUP = BASE;
    /// The routing table with the routes to protected networks.
    static final int TABLE = 5602;
    /// The metric of those routes.
    static final int METRIC = 100;
    /// The routing rule that leads to the table.
    static final int RULE_PRIORITY = 5690;
    /// The originator (`rtm_protocol`) of routes and rules.
    static final int PROTOCOL = 87;

    /// How many there are.
    private static final int COUNT = 1 << 24;
    private static final int MASK = -COUNT;

    private OwnNumbers() {}

    /// The request id of a group's SAs and templates.
    ///
    /// @throws DataPlaneException where the group is beyond the range
    static int requestId(SaGroup group) throws DataPlaneException {
        if (group.value() >= COUNT) {
            throw new DataPlaneException(
                    "SA group %d: the kernel's data plane has groups below %d".formatted(group.value(), COUNT));
        }
        return BASE + group.value();
    }

    /// The group of a request id that is in the range.
    static SaGroup group(int requestId) {
        return new SaGroup(requestId - BASE);
    }

    /// Whether a request id or an index is in the range.
    static boolean isOwn(int number) {
        return (number & MASK) == BASE;
    }
}
