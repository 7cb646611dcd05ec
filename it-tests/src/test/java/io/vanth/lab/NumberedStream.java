package io.vanth.lab;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbered datagrams on their way from one host to another.
record NumberedStream(Daemon sender, Daemon receiver, Duration length) {
    private static final AtomicInteger SERIAL = new AtomicInteger();
    private static final Pattern REPORT = Pattern
            .compile("received (\\d+) lost (\\d+) duplicated (\\d+) reordered (\\d+) missing (.*)");
    private static final Pattern SENT = Pattern.compile("sent (\\d+)");
    private static final Duration GRACE = Duration.ofSeconds(30);

    /// What came of them.
    ///
    /// @param started when the first was sent
    /// @param missing ranges of numbers that did not arrive
    record Report(int received, int lost, int duplicated, int reordered, String missing, String started) {}

    static NumberedStream start(Lab lab, Namespace from, String source, Namespace to, String target, int perSecond,
            int count) {
        int serial = SERIAL.incrementAndGet();
        String port = Integer.toString(20_000 + serial);
        Daemon receiver = lab.own(to.start("receiver", lab.folder().resolve("receiver-" + serial + ".log"), Map.of(),
                java("receive", target, port, Integer.toString(count))));
        receiver.awaitLog("ready");
        Daemon sender = lab.own(from.start("sender", lab.folder().resolve("sender-" + serial + ".log"), Map.of(),
                java("send", source, target, port, Integer.toString(perSecond), Integer.toString(count))));
        return new NumberedStream(sender, receiver, Duration.ofSeconds(count / perSecond));
    }

    /// Waits until all are sent.
    void awaitSent() {
        if (sender.awaitExit(length.plus(GRACE)) != 0) {
            throw new AssertionError("the sender failed:\n" + sender.log());
        }
    }

    /// Sends no more, and waits until no more come. Nothing is missing of what was sent where `lost` is 0.
    Report stop() {
        sender.endInput();
        Report all = report();
        Matcher sent = SENT.matcher(sender.log());
        if (!sent.find()) {
            throw new AssertionError("the sender does not say how many:\n" + sender.log());
        }
        return new Report(all.received(), Integer.parseInt(sent.group(1)) - all.received(), all.duplicated(),
                all.reordered(), all.missing(), all.started());
    }

    /// Waits until all are sent and no more come.
    Report report() {
        awaitSent();
        receiver.endInput();
        receiver.awaitExit(GRACE);
        Matcher report = REPORT.matcher(receiver.log());
        if (!report.find()) {
            throw new AssertionError("no report:\n" + receiver.log());
        }
        return new Report(number(report, 1), number(report, 2), number(report, 3), number(report, 4),
                report.group(5), sender.log().lines().findFirst().orElse(""));
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /// Preferred to everything else on the machine: what a receiver lost because it had to wait would look like a loss of
    /// the tunnel.
    private static List<String> java(String... words) {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "-20",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", classes().toString(),
                NumberedDatagrams.class.getName()));
        command.addAll(List.of(words));
        return command;
    }

    /// Where the program is, whatever the working directory.
    private static Path classes() {
        try {
            return Path.of(NumberedDatagrams.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
