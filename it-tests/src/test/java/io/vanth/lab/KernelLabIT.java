package io.vanth.lab;

import io.vanth.lab.kernel.KernelGuests;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// Boots Linux with kernel IPsec, once for each of two processors, and runs in one or the other every class on the class
/// path, in or below `io.vanth`, whose name ends in `KernelLab`; each of their tests is one here. `-Dvanth.kernel.classes=.*XfrmKernelLab` chooses among them.
/// Lines of their output that begin with `[lab]` or `[explain]` are printed here too, and after
/// them the table of [Proofs].
@InLab({Program.LINUX, Program.IP, Program.NFT, Program.PING, Program.IPERF, Program.TCPDUMP, Program.SYSTEMD,
        Program.STRONGSWAN})
final class KernelLabIT {
    private static final String CLASSES = System.getProperty("vanth.kernel.classes", ".*KernelLab");
    private static final int GUESTS = Math.min(2, Runtime.getRuntime().availableProcessors());
    /// More than all of it takes on a busy machine.
    private static final Duration LIMIT = Duration.ofMinutes(40);

    @TestFactory
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> inTheGuests(Lab lab) throws Exception {
        ClassCache.fill(lab);
        KernelGuests guests = KernelGuests.run(lab.folder("guests"), GUESTS, CLASSES, LIMIT);
        guests.output().stream().filter(line -> line.startsWith("[lab]") || line.startsWith("[explain]"))
                .forEach(System.out::println);
        Proofs.all().forEach(proof -> System.out.println("[lab] " + proof));
        String tail = guests.tail();
        return Stream.concat(
                guests.tests().stream().map(test -> DynamicTest.dynamicTest(test.label(), () -> test.repeat(tail))),
                Stream.of(DynamicTest.dynamicTest("the guests ended by themselves", guests::assertEnded)));
    }
}
