package io.vanth.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// What two hosts say to each other through their gateways.
record Traffic(Lab lab, Namespace hostA, Namespace hostB, Link link) {
    private static final AtomicInteger SERIAL = new AtomicInteger();
    private static final int REQUESTS = 3;
    private static final int IPERF_PORT = 5201;
    private static final String WARM_UP_SECONDS = "6";
    /// What a socket may ask for without any setting of the host. By itself it gets half: room for 277 small datagrams,
    /// and what is measured then is how soon the receiver's turn comes.
    private static final String SOCKET_ROOM = "212992";

    /// Echo requests from each host to the other; every one must be answered.
    void pingBothWays() {
        ping(hostA, addressA(), addressB());
        ping(hostB, addressB(), addressA());
    }

    /// One process for each: ping's patience for a late answer ends when it has had an earlier one.
    private static void ping(Namespace from, String source, String target) {
        for (int request = 0; request < REQUESTS; request++) {
            Command.Result result = from.command("ping", "-c", "1", "-W", "10", "-I", source, target).run();
            if (result.exit() != 0) {
                throw new AssertionError("ping from %s to %s in %s:%n%s".formatted(source, target, from.name(),
                        result.all()));
            }
        }
    }

    /// Whether one echo request from A is answered within a second.
    boolean answers() {
        return hostA.command("ping", "-c", "1", "-W", "1", "-I", addressA(), addressB()).run().exit() == 0;
    }

    /// Echo requests from A, which ask for the tunnel, until one is answered: charon installs its inbound SA only when it
    /// has read the last message of quick mode, and may lose a packet that comes right behind it.
    ///
    /// @return how many were sent
    int demand() {
        for (int sent = 1; sent <= REQUESTS; sent++) {
            if (hostA.command("ping", "-c", "1", "-W", "10", "-I", addressA(), addressB()).run().exit() == 0) {
                return sent;
            }
        }
        throw new AssertionError("no packet for %s brought the tunnel up".formatted(link.tunnel()));
    }

    /// Echo requests from A all the time, answered or not.
    Daemon pingAlways() {
        return lab.own(hostA.start("ping", lab.folder().resolve("ping-always.out"), Map.of(),
                List.of("ping", "-i", "0.01", "-I", addressA(), addressB())));
    }

    /// Sends numbered datagrams from A until all are sent, whether or not they arrive.
    void sendBlindly(int perSecond, int count) {
        aToB(perSecond, count).awaitSent();
    }

    /// Sends this much by TCP from each host to the other.
    void bulkBothWays(String amount) {
        System.out.printf("[lab] %s %s %s: %.0f Mbit/s there, %.0f Mbit/s back%n", link.name(), link.ike(), link.esp(),
                mbits("-n", amount), mbits("-n", amount, "-R"));
    }

    /// One TCP stream from A to B for some seconds, in Mbit/s as B received it. The first seconds, in which the
    /// compiler shares the processors, don't count.
    double throughput(int seconds) {
        return mbits("-t", Integer.toString(seconds), "-O", WARM_UP_SECONDS);
    }

    /// Datagrams that A sends at an even rate.
    ///
    /// @param perSecond how many were sent, which may be fewer than were asked for
    /// @param lost      the part of them, 0 to 1, that B did not receive
    record Rate(double perSecond, double lost) {
        /// How many a second B received.
        double received() {
            return perSecond * (1 - lost);
        }
    }

    /// Datagrams with so many bytes of payload from A to B for some seconds.
    Rate datagrams(int perSecond, int bytes, int seconds) {
        JsonNode sum = iperf("-u", "-w", SOCKET_ROOM, "-l", Integer.toString(bytes), "-b",
                Long.toString(8L * bytes * perSecond), "-t", Integer.toString(seconds)).path("sum");
        return new Rate(sum.path("packets").asDouble() / sum.path("seconds").asDouble(),
                sum.path("lost_percent").asDouble() / 100);
    }

    private double mbits(String... options) {
        JsonNode received = iperf(options).path("sum_received");
        if (received.path("bytes").asLong() == 0) {
            throw new AssertionError("nothing came: iperf3 " + String.join(" ", options));
        }
        return received.path("bits_per_second").asDouble() / 1e6;
    }

    /// What iperf3 says at its end. With a server of its own: between two tests one server refuses connections for a
    /// moment.
    private JsonNode iperf(String... options) {
        Path log = lab.folder().resolve("iperf-" + SERIAL.incrementAndGet() + ".out");
        try (Daemon server = hostB.start("iperf3", log, Map.of(), List.of("iperf3", "-s", "-1", "--forceflush", "-B",
                addressB(), "-p", Integer.toString(IPERF_PORT)))) {
            server.awaitLog("Server listening");
            return client(options);
        }
    }

    private JsonNode client(String... options) {
        List<String> words = new ArrayList<>(List.of("iperf3", "-J", "-c", addressB(), "-B", addressA(), "-p",
                Integer.toString(IPERF_PORT)));
        words.addAll(Arrays.asList(options));
        Command.Result result = Command.of(words).in(hostA.name()).run();
        try {
            JsonNode end = new ObjectMapper().readTree(result.output()).path("end");
            if (result.exit() != 0 || end.isMissingNode()) {
                throw new AssertionError(String.join(" ", words) + "\n" + result.all());
            }
            return end;
        } catch (JsonProcessingException e) {
            throw new AssertionError(result.all(), e);
        }
    }

    /// Begins a stream of numbered datagrams from A to B.
    NumberedStream aToB(int perSecond, int count) {
        return NumberedStream.start(lab, hostA, addressA(), hostB, addressB(), perSecond, count);
    }

    /// Begins a stream of numbered datagrams from B to A.
    NumberedStream bToA(int perSecond, int count) {
        return NumberedStream.start(lab, hostB, addressB(), hostA, addressA(), perSecond, count);
    }

    private String addressA() {
        return link.local().host();
    }

    private String addressB() {
        return link.remote().host();
    }
}
