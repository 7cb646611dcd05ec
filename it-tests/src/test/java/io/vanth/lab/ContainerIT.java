package io.vanth.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.lab.GatewayContainer.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.GenericContainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The container image, in an engine of the lab's own: what it is, and gateways made of it.
@InLab({Program.IP, Program.CONTAINERS})
final class ContainerIT {
    private static final Path HOME = Path.of(System.getProperty("vanth.home", "..")).toAbsolutePath().normalize();
    /// What hosts and strongSwan run on, and what the image is built with.
    private static final String DEBIAN = "vanth-lab-debian";
    private static final List<String> PACKAGES = List.of("binutils", "libcap2-bin", "iproute2", "iputils-ping",
            "strongswan-charon", "libstrongswan-standard-plugins", "libstrongswan-extra-plugins",
            "libcharon-extra-plugins", "strongswan-swanctl");
    private static final long MOST_BYTES = 120_000_000;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ContainerEngine engine;

    @BeforeAll
    static void build(Lab lab) {
        engine = ContainerEngine.start(lab);
        engine.importDebian(DEBIAN, PACKAGES);
        build("root", Style.ROOT);
        build("nonroot", Style.FILE_CAPABILITIES);
    }

    /// With the modules of this build, and without a registry.
    private static void build(String target, Style style) {
        engine.docker("build", "--network", "none", "--file", HOME.resolve("docker/Dockerfile").toString(),
                "--target", target, "--build-arg", "MODULES=prebuilt", "--build-arg", "JDK_IMAGE=" + DEBIAN,
                "--build-arg", "BASE_IMAGE=" + DEBIAN, "--tag", style.image(), HOME.toString()).checked();
    }

    @ParameterizedTest
    @EnumSource
    void isSmall(Style style) {
        long bytes = Long.parseLong(engine.docker("image", "inspect", "--format", "{{.Size}}", style.image())
                .checked().strip());
        System.out.printf("[container] %s: %.1f MB%n", style.image(), bytes / 1e6);
        assertTrue(bytes <= MOST_BYTES, bytes + " bytes");
    }

    @Test
    void needsNoShellAndNoPrivilegesForTheDemo() {
        assertNotEquals(0, engine.docker("run", "--rm", "--entrypoint", "/bin/sh", "vanth", "-c", "true").run().exit());
        engine.docker("run", "--rm", "--cap-drop", "ALL", "--read-only", "--tmpfs", "/tmp", "vanth", "demo").checked();
    }

    /// `AOTMode=on` refuses to start without the cache.
    @ParameterizedTest
    @EnumSource(names = {"ROOT"})
    void startsFromItsClassCache(Style style) {
        for (String options : List.of("@run", "@vanth")) {
            engine.docker("run", "--rm", "--entrypoint", "java", style.image(), "-XX:AOTMode=on", options, "--version")
                    .checked();
        }
    }

    /// One gateway as root, the other as another user.
    @Test
    void twoSitesCarryTraffic(Lab lab) throws IOException {
        try (ContainerSites sites = new ContainerSites(lab, DEBIAN);
                GatewayContainer b = sites.gatewayB(Style.FILE_CAPABILITIES);
                GatewayContainer a = sites.gatewayA(Style.ROOT)) {
            b.start();
            a.start();
            awaitUp(a);
            ContainerSites.run(sites.hostA(), "ping", "-c", "5", "-i", "0.2", "-W", "5", "10.2.0.10");
            ContainerSites.run(sites.hostB(), "ping", "-c", "5", "-i", "0.2", "-W", "5", "10.1.0.10");
            assertTrue(tunnel(a).path("sa").path("outbound").path("packets").asLong() >= 10,
                    () -> status(a).toString());
            for (GatewayContainer gateway : List.of(a, b)) {
                Await.until("the engine calls it healthy", gateway::isHealthy);
                assertLogsAreJson(gateway);
            }
            assertServesHealthAndMetrics(sites.hostA(), "10.1.0.2");
            assertServesHealthAndMetrics(sites.hostB(), "10.2.0.2");
            figures(a, "with the class cache");
            figures(b, "with the class cache, other user");
        }
    }

    private static void assertServesHealthAndMetrics(GenericContainer<?> from, String gateway) {
        assertTrue(get(from, gateway, "/health/live").startsWith("HTTP/1.0 200"));
        assertTrue(get(from, gateway, "/health/ready").startsWith("HTTP/1.0 200"));
        String metrics = get(from, gateway, "/metrics");
        assertTrue(metrics.contains("\nvanth_"), metrics);
    }

    private static String get(GenericContainer<?> from, String gateway, String path) {
        return ContainerSites.run(from, "bash", "-c",
                "exec 3<>/dev/tcp/%s/9464 && printf 'GET %s HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3".formatted(gateway,
                        path));
    }

    /// As the README says it: one command makes images, key, networks and tunnel, and another leaves nothing of them.
    @Test
    void composeMakesTwoSites() {
        Compose.require();
        Compose compose = new Compose(engine, HOME.resolve("docker/compose.yaml"), DEBIAN);
        try {
            compose.command("up", "--detach", "--build").checked();
            Await.until("the hosts reach each other", Await.LIMIT, () -> composePing(compose, "host-a", "10.2.0.10"),
                    () -> compose.command("logs").checked());
            assertTrue(composePing(compose, "host-b", "10.1.0.10"));
            String status = compose.command("exec", "-T", "gateway-a", "java", "@vanth", "status").checked();
            assertTrue(status.contains("b: up"), status);
        } finally {
            compose.command("down", "--volumes").checked();
        }
        for (String kind : List.of("container", "network", "volume")) {
            assertEquals("", engine.docker(kind, "ls", "--quiet", "--filter",
                    "label=com.docker.compose.project=vanth-sites").checked());
        }
    }

    private static boolean composePing(Compose compose, String host, String to) {
        return compose.command("exec", "-T", host, "ping", "-c", "2", "-W", "2", to).run().exit() == 0;
    }

    private static void assertLogsAreJson(GatewayContainer gateway) {
        for (String line : gateway.getLogs().lines().filter(line -> !line.isBlank()).toList()) {
            assertTrue(parsed(line).hasNonNull("message"), line);
        }
    }

    /// It is told before the daemon ends, so nothing of it waits for a dead peer's timeout there.
    @ParameterizedTest
    @EnumSource
    void stopLeavesNothingAtStrongSwan(Style style, Lab lab) throws IOException {
        try (ContainerSites sites = new ContainerSites(lab, DEBIAN);
                GenericContainer<?> swan = sites.strongSwanB(DEBIAN);
                GatewayContainer vanth = sites.gatewayA(style)) {
            vanth.start();
            awaitUp(vanth);
            ContainerSites.run(sites.hostA(), "ping", "-c", "3", "-W", "5", "10.2.0.10");
            assertTrue(sas(swan).contains("ESTABLISHED"), () -> sas(swan));
            assertEquals(0, vanth.stopGently(), vanth::getLogs);
            Await.until("strongSwan has no SA left", Await.LIMIT, () -> sas(swan).isBlank(), () -> sas(swan));
        }
    }

    private static String sas(GenericContainer<?> swan) {
        return ContainerSites.run(swan, "swanctl", "--list-sas", "--uri", "unix:///run/charon.vici");
    }

    /// What the cache saves. Told, not judged: it depends on the machine.
    @Test
    void tellsWhatAStartTakesWithoutTheCache(Lab lab) throws IOException {
        try (ContainerSites sites = new ContainerSites(lab, DEBIAN);
                GatewayContainer with = sites.gatewayA(Style.ROOT);
                GatewayContainer without = sites.gatewayB(Style.ROOT).withEnv("JDK_JAVA_OPTIONS",
                        "-XX:AOTMode=off")) {
            with.start();
            figures(with, "with the class cache, alone");
            with.stop();
            without.start();
            figures(without, "without the class cache, alone");
        }
    }

    /// F-7: printed, not asserted.
    private static void figures(GatewayContainer gateway, String what) throws IOException {
        Instant started = Instant.parse(gateway.inspect().getState().getStartedAt());
        Instant ready = gateway.getLogs().lines().filter(line -> (line + "\n").matches(GatewayContainer.STARTED))
                .map(line -> Instant.parse(parsed(line).path("time").asText())).findFirst().orElseThrow();
        Matcher resident = RESIDENT.matcher(Daemon.read(Path.of("/proc/%d/status".formatted(gateway.pid()))));
        assertTrue(resident.find());
        System.out.printf("[container] %s: ready after %d ms, %.0f MiB resident%n", what,
                Duration.between(started, ready).toMillis(), Long.parseLong(resident.group(1)) / 1024.0);
    }

    private static void awaitUp(GatewayContainer gateway) {
        Await.until("the tunnel is up", Await.LIMIT, () -> "up".equals(tunnel(gateway).path("state").asText()),
                gateway::getLogs);
    }

    private static JsonNode tunnel(GatewayContainer gateway) {
        return status(gateway).path("connections").path(0).path("tunnels").path(0);
    }

    private static JsonNode status(GatewayContainer gateway) {
        return parsed(ContainerSites.run(gateway, "java", "@vanth", "status", "--json"));
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
