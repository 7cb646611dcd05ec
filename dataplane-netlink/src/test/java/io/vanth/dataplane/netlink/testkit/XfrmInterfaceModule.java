package io.vanth.dataplane.netlink.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/// XFRM interfaces in the kernel of the lab's guest, as long as a lab needs them. The other labs go without: while the
/// module is there, the kernel wants a policy for what is between nested tunnels too.
public final class XfrmInterfaceModule {
    /// The environment variable with the module's file; empty where it was not built.
    public static final String FILE = "VANTH_XFRM_INTERFACE";
    /// The environment variable that is `required` where a lab has to fail without it, instead of being skipped.
    public static final String WANTED = "VANTH_KERNEL_MODULES";

    private XfrmInterfaceModule() {}

    /// Loads it, or ends the test.
    public static XfrmInterfaceModule load() throws IOException, InterruptedException {
        String file = System.getenv().getOrDefault(FILE, "");
        String missing = "this kernel has no XFRM interfaces: it-tests/bin/kernel-modules builds them";
        assertFalse(file.isEmpty() && "required".equals(System.getenv(WANTED)), missing);
        assumeFalse(file.isEmpty(), missing);
        run("insmod", file);
        return new XfrmInterfaceModule();
    }

    private static void run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
    }

    /// Removes it, and all XFRM interfaces.
    public void unload() throws IOException, InterruptedException {
        run("rmmod", "xfrm_interface");
    }
}
