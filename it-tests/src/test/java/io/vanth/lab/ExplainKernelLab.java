package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

/// O-5: what the kernel refuses is named with its remedy.
@InLab
final class ExplainKernelLab {
    private static final Path LOADER = Path.of("/proc/sys/kernel/modprobe");

    /// The module of an algorithm that both sides know is not to be had.
    @Test
    void anAlgorithmThatTheKernelLacksIsNamed(Lab lab) throws IOException {
        var net = lab.siteToSite();
        Link link = net.link().plane(Plane.KERNEL).esp("cast128-sha1");
        var vanth = net.a().vanth(link);
        StrongSwan.onKernel(net.b(), List.of(net.atB(link)));
        String before = Files.readString(LOADER).strip();
        Command.of("modprobe", "-r", "cast5_generic").run();
        Files.writeString(LOADER, "/bin/false");
        try {
            assertNotEquals(0, vanth.tryUp(link).exit());
        } finally {
            Files.writeString(LOADER, before);
        }
        ExplainTable.print("the data plane refuses", Role.INITIATOR, vanth.assertExplains(link,
                List.of("This host's data plane did not take the keys", "lacks", "cbc(cast5)",
                        "the peer is innocent")));
    }
}
