package io.vanth.lab.kernel;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;

/// Several commands of `ip` in one process: starting one takes long in the guest.
final class IpBatch {
    private final String family;
    private final List<String> lines = new ArrayList<>();

    /// Of no family.
    IpBatch() {
        this("");
    }

    /// @param family where words alone don't say it, `-4` or `-6`
    IpBatch(String family) {
        this.family = family;
    }

    IpBatch add(String words) {
        lines.add(words);
        return this;
    }

    void run(NetworkNamespace namespace) throws Exception {
        namespace.command("sh", "-c", "printf '%s\\n' \"$0\" | ip " + family + " -batch -",
                String.join("\n", lines));
    }
}
