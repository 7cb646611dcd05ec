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
    /// A request id that no installed SA has: of reserved SPIs.
    static final int NO_GROUP = BASE;
    /// The priority of entries ahead of all policies; the lowest decides.
    static final int OWN_PRIORITY = 1;
    /// That of a policy of order 0.
    static final int FIRST_PRIORITY = 16;
    /// The routing table with the routes to protected networks.
    static final int TABLE = 5602;
    /// The metric of those routes.
    static final int METRIC = 100;
    /// The metric of routes in front of those, for what keeps its way.
    static final int OWN_METRIC = 50;
    /// The mark of ESP and AH packets, which go around those routes.
    static final int MARK = SOCKET_PORT;
    /// The first of the routing rules: marked packets leave here.
    static final int MARK_PRIORITY = 5640;
    /// IKE of this host leaves here.
    static final int IKE_PRIORITY = 5641;
    /// What goes to own networks keeps its way.
    static final int OWN_RULE_PRIORITY = 5644;
    /// What comes from local networks is led to the table.
    static final int LOCAL_PRIORITY = 5645;
    /// What else has a source leaves here.
    static final int OTHERS_PRIORITY = 5646;
    /// What this host sends and has no source yet is led to the table.
    static final int SOURCELESS_PRIORITY = 5647;
    /// The last of the routing rules, where those go on that leave.
    static final int END_PRIORITY = 5649;
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
