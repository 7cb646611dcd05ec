package io.vanth.dataplane.netlink.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// XFRM interfaces in the kernel of the lab's guest. Where they were built they are there from its start on, for all labs:
/// with them the kernel wants a policy for what is between nested tunnels too.
public final class XfrmInterfaceModule {
    /// The environment variable that is `required` where a lab has to fail without it, instead of being skipped.
    public static final String WANTED = "VANTH_KERNEL_MODULES";

    private XfrmInterfaceModule() {}

    /// Ends the test where they are not there.
    public static void require() {
        boolean there = Files.isDirectory(Path.of("/sys/module/xfrm_interface"));
        String missing = "this kernel has no XFRM interfaces: it-tests/bin/kernel-modules builds them";
        assertFalse(!there && "required".equals(System.getenv(WANTED)), missing);
        assumeTrue(there, missing);
    }
}
