package io.vanth.ike.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.CertificateTrust;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.ike.certificate.Revocation;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The dashboard and the alert rules that ship name only metrics, labels and values that a scrape has.
class ShippedQueriesTest {
    private static final Path SHIPPED = Path.of("..", "docker");
    private static final Pattern SERIES = Pattern.compile("\\b((?:vanth|jvm|process)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\"([^\"]*)\"");
    /// What Prometheus adds.
    private static final Set<String> TARGET = Set.of("job", "instance");

    @TempDir
    private Path folder;

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        for (JsonNode file : List.of(
                new ObjectMapper(new YAMLFactory()).readTree(SHIPPED.resolve("prometheus/alerts.yaml").toFile()),
                new ObjectMapper().readTree(SHIPPED.resolve("grafana/vanth.json").toFile()))) {
            for (String key : List.of("expr", "definition", "description")) {
                queries.addAll(file.findValuesAsText(key));
            }
        }
        return queries;
    }

    private static Connection certified(Connection plain) {
        KeyPair key = Keys.ec("secp256r1");
        Authority root = Authority.root("CN=Root");
        var trust = new CertificateTrust(List.of(root.certificate()), List.of(), List.of(), Revocation.OFF, false);
        return ConnectionDraft.change(plain, draft -> draft.authentication = new Authentication.Signatures(
                Credential.ofCertificate(key.getPrivate(), root.issue(Request.of("CN=gw", key)), List.of()), trust));
    }

    /// What appears only with its first event.
    private static void bringAbout(MeteredDaemon daemon) {
        var subject = new Report.Subject(Optional.of("branch"), Optional.empty(), "127.0.0.2:500", "main mode", 0);
        daemon.metrics().accept(new Report.Notify(subject, true, "NO-PROPOSAL-CHOSEN", true, ""));
        daemon.metrics().accept(new Report.Failed(subject, Report.Mode.MAIN_MODE, Report.Role.INITIATOR,
                new Failure.DeletedByPeer()));
        daemon.metrics().configured(daemon.daemon().configuration().connections().stream()
                .map(ShippedQueriesTest::certified).toList());
    }

    @Test
    void every_name_is_there() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        try (var daemon = new MeteredDaemon(folder, "address: 127.0.0.1")) {
            bringAbout(daemon);
            daemon.awaitMore("vanth_dataplane_daemon_datagrams_lost_total", -1);
            daemon.awaitMore("vanth_tunnels_configured", 1);
            daemon.awaitMore("vanth_ipsec_associations{direction=\"inbound\",state=\"current\"}", -1);
            List<String> page = daemon.scrape().lines().toList();
            Set<String> absent = new TreeSet<>();
            List<MatchResult> named = queries().stream().flatMap(each -> SERIES.matcher(each).results()).toList();
            named.forEach(each -> absent.addAll(absent(page, each.group(1), Optional.ofNullable(each.group(2)))));
            assertEquals(Set.of(), absent, () -> String.join("\n", page));
            assertTrue(named.size() > 40, "queries are found");
        }
    }

    private static Set<String> absent(List<String> page, String name, Optional<String> matchers) {
        List<String> series = page.stream().filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .toList();
        if (series.isEmpty()) {
            return Set.of(name);
        }
        return MATCHER.matcher(matchers.orElse("")).results().filter(each -> !TARGET.contains(each.group(1)))
                .map(each -> each.group(2).equals("=") && !each.group(3).startsWith("%")
                        ? each.group(1) + "=\"" + each.group(3) + "\""
                        : each.group(1) + "=\"")
                .filter(label -> series.stream()
                        .noneMatch(line -> line.matches(".*[{,]" + Pattern.quote(label) + ".*")))
                .map(label -> name + " without " + label).collect(Collectors.toSet());
    }
}
