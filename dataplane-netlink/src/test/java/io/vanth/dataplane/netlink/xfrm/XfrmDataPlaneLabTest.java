package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.spi.DataPlaneContext;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class XfrmDataPlaneLabTest {
    /// D-17: a kernel without the module says so when the data plane is opened, and nothing is left in it.
    @Test
    void aKernelWithoutEspIsNamed() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            String refusal = namespace.call(XfrmDataPlaneLabTest::refusal);
            assertTrue(refusal.contains("XFRM_MSG_NEWSA protocol 50 to 127.0.0.1"), refusal);
            assertTrue(refusal.contains("EPROTONOSUPPORT"), refusal);
            assertTrue(refusal.contains("esp4"), refusal);
            assertEquals("", namespace.command("ip", "xfrm", "state"));
            assertEquals("", namespace.command("ip", "xfrm", "policy"));
        }
    }

    private static String refusal() {
        try (DataPlane plane = new XfrmDataPlaneProvider().open(new DataPlaneContext("", 0, true, false, _ -> {},
                InstantSource.system(), new SecureRandom()))) {
            return Assumptions.abort("this kernel has ESP: " + plane.capabilities().protocols());
        } catch (DataPlaneException refused) {
            return refused.getMessage();
        }
    }

    @Test
    void statisticsHaveNamesOfTheirOwn() {
        var counters = KernelStatistics.parse("""
            XfrmInError             \t0
            XfrmInNoStates          \t7
            XfrmInStateProtoError   \t18446744073709551615
            """);
        assertEquals(7, counters.get("xfrm_in_no_states"));
        assertEquals(-1, counters.get("xfrm_in_state_proto_error"));
        assertEquals(3, counters.size());
    }
}
