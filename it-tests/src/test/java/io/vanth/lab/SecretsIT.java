package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-4: neither the pre-shared key nor any key that was derived from it is in what the daemon says, whomever it
/// says it to. The peer, which has the same keys, tells which they are.
@InLab
final class SecretsIT {
    private static final int ENOUGH = 12;
    /// Bytes of an AES key; of what charon logs as one, the salt of GCM is behind it.
    private static final int KEY = 16;

    @Test
    void nothingThatIsSaidHasAKey(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.PASSIVE);
        var swan = net.b().strongSwan(net.atB(link));
        swan.logKeys();
        var vanth = net.a().vanth(Besides.daemon("log: {format: json, level: debug}"), link);
        vanth.up(link);
        net.traffic(link).pingBothWays();
        vanth.rekey(link);
        swan.rekey(net.atB(link));
        net.traffic(link).pingBothWays();
        String log = swan.log();
        Map<String, byte[]> secrets = new LinkedHashMap<>(KeyLog.keys(log));
        assertTrue(secrets.size() >= ENOUGH, () -> secrets.keySet() + "\n" + log);
        for (String name : List.of("SKEYID", "SKEYID_d", "SKEYID_a", "SKEYID_e", "encryption")) {
            assertTrue(secrets.keySet().stream().anyMatch(each -> each.startsWith(name)),
                    () -> name + " is not in " + secrets.keySet());
        }
        secrets.put("psk", link.secret().getBytes(StandardCharsets.UTF_8));
        Map<String, String> said = said(vanth, link);
        said.forEach((where, text) -> assertFalse(text.isBlank(), () -> where + " says nothing: " + text));
        String spi = vanth.tunnel(link).toString().replaceAll("(?s).*?0x([0-9a-f]{8}).*", "$1");
        assertTrue(said.get("log").contains(spi), "what is no secret is found: " + spi);
        assertEquals(Set.of(), found(secrets, said));
        assertEquals(Set.of("psk in a line"), found(Map.of("psk", secrets.get("psk")),
                Map.of("a line", "x" + HexFormat.ofDelimiter(" ").formatHex(secrets.get("psk")))));
        assertEquals(0, vanth.terminate());
        assertEquals(Set.of(), found(secrets, Map.of("log to the end", vanth.log())));
    }

    /// Everything that a daemon with running tunnels says.
    private static Map<String, String> said(Vanth vanth, Link link) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("log", vanth.log());
        said.put("metrics", vanth.metrics());
        for (String path : List.of("/api/status", "/api/associations", "/api/policies", "/api/openapi.json",
                "/api/connections/%s/explanation".formatted(link.name()))) {
            said.put(path, vanth.get(path).toString());
        }
        said.put("status", vanth.statusText());
        said.put("plan", vanth.plan(link.secret("another one, which is as secret")));
        said.put("explain", vanth.explain(link));
        said.put("threads", vanth.jcmd("Thread.print", "-l", "-e"));
        said.put("command line", vanth.jcmd("VM.command_line"));
        said.put("properties", vanth.jcmd("VM.system_properties"));
        return said;
    }

    private static Set<String> found(Map<String, byte[]> secrets, Map<String, String> said) {
        Set<String> found = new TreeSet<>();
        secrets.forEach((name, secret) -> said.forEach((where, text) -> {
            if (spellings(secret).stream().anyMatch(text::contains)
                    || spellings(Arrays.copyOf(secret, Math.min(secret.length, KEY))).stream()
                            .anyMatch(text::contains)) {
                found.add(name + " in " + where);
            }
        }));
        return found;
    }

    /// As text, in hex of every kind, in base64, and as Java prints an array.
    private static List<String> spellings(byte[] secret) {
        HexFormat hex = HexFormat.of();
        return List.of(new String(secret, StandardCharsets.ISO_8859_1), hex.formatHex(secret),
                hex.formatHex(secret).toUpperCase(Locale.ROOT), HexFormat.ofDelimiter(" ").formatHex(secret),
                HexFormat.ofDelimiter(":").formatHex(secret), Base64.getEncoder().withoutPadding()
                        .encodeToString(secret),
                Arrays.toString(secret));
    }
}
