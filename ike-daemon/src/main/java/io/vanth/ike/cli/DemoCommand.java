package io.vanth.ike.cli;

import io.vanth.ike.api.ControlServer;
import io.vanth.ike.demo.Demo;
import io.vanth.ike.runtime.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `vanth demo`.
@Command(name = "demo", mixinStandardHelpOptions = true, description = {
        "Two gateways in this process negotiate, carry packets both ways and rekey. Needs no root and no files."}, exitCodeList = {
                "0:every packet arrived that had to, and none that must not",
                "1:something was not right; it is printed", Help.USAGE}, footer = {"vanth demo",
                        "vanth demo --keep      and in another terminal the vanth status that it prints"})
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "Leave both gateways running, until interrupted.")
    private boolean keep;

    @Spec
    private CommandSpec spec;

    DemoCommand() {}

    @Override
    public Integer call() throws Refusal, IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Demo demo = new Demo(out, Version.text())) {
            boolean good = demo.play();
            out.println("\n6. What there is now");
            Path folder = Files.createTempDirectory("vanth-demo");
            Path socket = folder.resolve("vanth.sock");
            try (ControlServer _ = ControlServer.open(demo.api(Version.text()), socket)) {
                out.print(StatusText.of(new ControlClient(socket).get("/api/status")).indent(2));
                out.println("  metrics: " + demo.metricsAddress());
                out.println(good ? "\nAll arrived that had to, and nothing else." : "\nNot everything was right.");
                out.flush();
                if (keep) {
                    stay(socket, out);
                }
            } finally {
                Files.deleteIfExists(folder);
            }
            return good ? Main.DONE : Main.NO;
        } catch (StartException failed) {
            throw new Refusal(failed.getMessage(), failed);
        }
    }

    private static void stay(Path socket, PrintWriter out) throws InterruptedException {
        out.println("Both gateways keep running: vanth status --socket %s (end with Ctrl-C)".formatted(socket));
        out.flush();
        new CountDownLatch(1).await();
    }
}
