package io.vanth.ike.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.ike.certificate.RevocationFetch;
import io.vanth.ike.fetch.HttpFetcher;
import io.vanth.ike.local.Machine;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Reads a configuration file, with everything that is wrong in it.
public final class ConfigLoader {
    /// Where the daemon listens for commands unless the file says otherwise.
    public static final Path DEFAULT_SOCKET = Path.of("/run/vanth/vanth.sock");
    /// The data plane that is taken where none is named; its `routes: false` leaves nothing behind.
    public static final String DEFAULT_DATA_PLANE = "userspace";
    private static final InetSocketAddress DEFAULT_METRICS = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"),
            9464);
    private static final int DEFAULT_MTU = 1400;

    private final Surroundings surroundings;
    /// One for all, so that connections share what was fetched.
    private final RevocationFetch fetch = new RevocationFetch(new HttpFetcher());

    public ConfigLoader(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// What came of a file.
    ///
    /// @param configuration empty when a finding is an error
    /// @param findings      in the order of the file
    public record Outcome(Optional<Configuration> configuration, List<Finding> findings) {
        public Outcome {
            findings = List.copyOf(findings);
        }
    }

    /// Reads `file`; that it cannot be read is a finding too.
    public Outcome load(Path file) {
        Findings findings = new Findings(file.toString());
        Optional<Configuration> configuration = Optional.empty();
        try {
            configuration = read(Files.readString(file), file, findings);
        } catch (CharacterCodingException bad) {
            findings.error(Place.START, "", "the file is not UTF-8", "save it as UTF-8");
        } catch (IOException bad) {
            findings.error(Place.START, "", "the file cannot be read: " + reason(bad), "");
        }
        if (findings.hasErrors()) {
            configuration.ifPresent(Configuration::close);
            configuration = Optional.empty();
        }
        return new Outcome(configuration, findings.sorted());
    }

    private static String reason(IOException bad) {
        return bad instanceof java.nio.file.NoSuchFileException ? "there is none" : bad.getMessage();
    }

    private Optional<Configuration> read(String text, Path file, Findings findings) {
        YamlDocument document = YamlDocument.parse(text, findings);
        if (findings.hasErrors()) {
            return Optional.empty();
        }
        new SchemaCheck().check(document, findings);
        if (findings.hasErrors()) {
            return Optional.empty();
        }
        Section root = new Section(document, JsonPointer.empty(), findings);
        Configuration.DataPlaneChoice dataPlane = dataPlane(root.section("dataPlane"));
        Ports ports = ports(root.section("ports"));
        Optional<String> device = device(root.section("ports"));
        Surroundings seen = device.map(surroundings::through).orElse(surroundings);
        Path folder = file.toAbsolutePath().getParent();
        ConnectionReader reader = new ConnectionReader(
                new AuthenticationReader(new SecretReader(folder, surroundings), new ReferencedFile(folder),
                        fetch, Instant.now()),
                seen,
                new Encapsulations(dataPlane.name()), ports, new HookReader(folder),
                InterfaceReader.of(dataPlane, seen.machine()));
        Section section = root.section("connections");
        List<Connection> connections = section.sections().stream().map(reader::read).flatMap(Optional::stream)
                .toList();
        Conflicts.check(connections, section);
        if (!root.has("connections") && !root.has("manual")) {
            findings.error(Place.START, "", "the key 'connections' is missing",
                    "describe at least one connection, or write manual");
        }
        if (!connections.isEmpty() && !dataPlane.protocols().contains(SecurityProtocol.ESP)) {
            root.section("dataPlane").section("protocols").error("connections need esp, which is off", "add esp");
        }
        ManualEntries manual = new ManualReader(new SecretReader(folder, surroundings),
                new ManualLimits(dataPlane.protocols(), ports.natTraversal())).read(root.section("manual"), true);
        Conflicts.checkManual(connections, manual.policies(), root.section("manual").section("policies"));
        if (connections.isEmpty() && manual.equals(ManualEntries.NONE) && !findings.hasErrors()) {
            findings.warning(Place.START, "", "there is nothing to do: neither a connection nor anything manual",
                    "describe a connection");
        }
        return Optional.of(new Configuration(
                new ControlReader(new SecretReader(folder, surroundings), new ReferencedFile(folder),
                        ConfigLoader::listen).read(root.section("control")),
                metrics(root.section("metrics").section("listen")), log(root.section("log")),
                ports, device, dataPlane, connections, manual));
    }

    /// What came of a text with manual entries alone.
    ///
    /// @param entries empty when a finding is an error
    public record Addition(Optional<ManualEntries> entries, List<Finding> findings) {
        public Addition {
            findings = List.copyOf(findings);
        }
    }

    /// Reads manual entries from `text`.
    ///
    /// @param name   what findings call it
    /// @param folder where the names of key files begin
    /// @param limits of the daemon that takes them
    public Addition addition(String text, String name, Path folder, ManualLimits limits) {
        Findings findings = new Findings(name);
        YamlDocument document = YamlDocument.parse(text, findings);
        if (!findings.hasErrors()) {
            new SchemaCheck().check(document, findings);
        }
        if (findings.hasErrors()) {
            return new Addition(Optional.empty(), findings.sorted());
        }
        Section root = new Section(document, JsonPointer.empty(), findings);
        root.sections().stream().filter(each -> !each.name().equals("manual"))
                .forEach(each -> each.error("only 'manual' can be added", "put this into the daemon's own file"));
        ManualEntries entries = new ManualReader(new SecretReader(folder, surroundings), limits)
                .read(root.section("manual"), false);
        if (findings.hasErrors()) {
            entries.close();
            return new Addition(Optional.empty(), findings.sorted());
        }
        return new Addition(Optional.of(entries), findings.sorted());
    }

    private Configuration.DataPlaneChoice dataPlane(Section section) {
        String name = section.text("name").orElse(DEFAULT_DATA_PLANE);
        if (!surroundings.dataPlanes().contains(name)) {
            section.section("name").error("there is no data plane '%s'".formatted(name),
                    "there are: " + String.join(", ", new TreeSet<>(surroundings.dataPlanes())));
        }
        return new Configuration.DataPlaneChoice(name, section.text("interface").orElse("vanth0"),
                section.get("mtu").asInt(DEFAULT_MTU), section.get("routes").asBoolean(true), protocols(section));
    }

    private static Set<SecurityProtocol> protocols(Section section) {
        Set<SecurityProtocol> on = EnumSet.noneOf(SecurityProtocol.class);
        section.get("protocols")
                .forEach(word -> on.add(SecurityProtocol.valueOf(word.asText().toUpperCase(Locale.ROOT))));
        return on.isEmpty() ? EnumSet.allOf(SecurityProtocol.class) : on;
    }

    /// YAML 1.1 makes a boolean of `off`.
    private static Optional<InetSocketAddress> metrics(Section place) {
        JsonNode node = place.node();
        if (node.isMissingNode()) {
            return Optional.of(DEFAULT_METRICS);
        }
        if (node.asText().equals("off") || node.asText().equals("false")) {
            return Optional.empty();
        }
        return place.parse(node.asText(), "write ADDRESS:PORT as 127.0.0.1:9464, or off", ConfigLoader::listen);
    }

    private static InetSocketAddress listen(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("'%s' is no address with a port".formatted(text));
        }
        return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(port));
    }

    private static Configuration.Log log(Section section) {
        return new Configuration.Log(section.text("format").orElse("text").equals("json"),
                section.text("level").orElse("info"));
    }

    private static Ports ports(Section section) {
        Ports standard = Ports.STANDARD;
        Ports ports = new Ports(section.get("ike").asInt(standard.ike()),
                section.get("natTraversal").asInt(standard.natTraversal()));
        if (ports.ike() == ports.natTraversal()) {
            section.error("both ports are " + ports.ike(), "IKE and NAT traversal need ports of their own");
        }
        return ports;
    }

    /// It may come later.
    private Optional<String> device(Section section) {
        Optional<String> device = section.text("device");
        device.filter(name -> !surroundings.machine().has(name)).ifPresent(name -> section.section("device")
                .warning("this machine has no interface '%s' now".formatted(name), "this machine has: "
                        + surroundings.machine().interfaces().stream().map(Machine.OwnInterface::name)
                                .collect(Collectors.joining(", "))));
        return device;
    }
}
