package io.vanth.ike.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.ike.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Captures of other projects, against what another decoder (tcpdump) printed for them.
class DecodeCorporaTest {
    private static final Pattern NUMBERED_LINE = Pattern.compile("(?m)^ +(\\d+)  \\S+ \\S+ (.*)$");
    private static final Pattern ESP = Pattern.compile("ESP\\(spi=0x(\\w+),seq=0x(\\w+)\\), length (\\d+)");

    /// Main mode that floats to port 4500, quick modes, ESP in UDP, keepalives and an informational.
    @Test
    void aNegotiationAcrossANatIsSeenAsTcpdumpSeesIt() throws IOException {
        List<JsonNode> frames = decode("isakmp4500.pcap");
        List<MatchResult> lines = expected("isakmp4.out");
        assertEquals(lines.size(), frames.size());
        for (MatchResult line : lines) {
            JsonNode frame = frames.get(Integer.parseInt(line.group(1)) - 1);
            assertEquals(Integer.parseInt(line.group(1)), frame.get("frame").intValue());
            assertEquals(expectedSummary(line.group(2)), summary(frame.get("message")), line.group(2));
        }
    }

    @Test
    void espIsSeenAsTcpdumpSeesIt() throws IOException {
        for (var pair : List.of(List.of("02-sunrise-sunset-esp.pcap", "esp0.out"),
                List.of("08-sunrise-sunset-esp2.pcap", "esp2.out"),
                List.of("08-sunrise-sunset-aes.pcap", "esp5.out"))) {
            List<JsonNode> frames = decode(pair.get(0));
            for (MatchResult line : expected(pair.get(1))) {
                JsonNode frame = frames.get(Integer.parseInt(line.group(1)) - 1);
                assertEquals(expectedSummary(line.group(2)), summary(frame.get("message")), line.group(2));
            }
        }
    }

    /// The payloads of a whole main mode, field by field.
    @Test
    void theFieldsOfMainModeAreThoseThatTcpdumpPrints() throws IOException {
        List<JsonNode> frames = decode("ISAKMP_sa_setup.pcap");
        List<String> printed = Pattern.compile("(?m)^ +\\d+  ")
                .splitAsStream(Files.readString(captures().resolve("isakmp5-v.out"))).skip(1).toList();
        assertEquals(printed.size(), frames.size());
        for (int i = 0; i < frames.size(); i++) {
            JsonNode message = frames.get(i).get("message");
            assertTrue(printed.get(i).contains("msgid " + message.get("messageId").textValue()), printed.get(i));
            assertEquals(printed.get(i).contains("[E]"), message.has("encrypted"));
            if (message.has("payloads")) {
                assertEquals(printedPayloads(printed.get(i)), payloads(message.get("payloads")));
            }
        }
    }

    @Test
    void everyCaptureAndDatagramIsOneLineAFrame() throws IOException {
        for (Path file : files("captures", ".pcap")) {
            var lines = new ArrayList<String>();
            new FileDecoder(true, KeyTable.empty(), lines::add).decode(file.toString());
            for (int i = 0; i < lines.size(); i++) {
                JsonNode frame = new ObjectMapper().readTree(lines.get(i));
                assertEquals(i + 1, frame.get("frame").intValue());
                assertTrue(frame.has("message") != frame.has("malformed"), lines.get(i));
            }
        }
        for (Path file : files("ike-datagrams", ".bin")) {
            var lines = new ArrayList<String>();
            new FileDecoder(true, KeyTable.empty(), lines::add).decode(file.toString());
            assertEquals(1, lines.size());
        }
    }

    private static String expectedSummary(String line) {
        var esp = ESP.matcher(line);
        if (esp.find()) {
            return "esp %s %d %s".formatted(esp.group(1), Long.parseLong(esp.group(2), 16), esp.group(3));
        }
        if (line.endsWith("isakmp-nat-keep-alive")) {
            return "nat-keepalive";
        }
        if (!line.contains("isakmp:")) {
            return "other";
        }
        String exchange = line.contains("ident")
                ? "MAIN_MODE"
                : line.contains("quick")
                        ? "QUICK_MODE"
                        : "INFORMATIONAL";
        return exchange + (line.endsWith("[E]") ? " encrypted" : " clear");
    }

    private static String summary(JsonNode message) {
        return switch (message.get("kind").textValue()) {
            case "isakmp" -> message.get("exchangeName").textValue()
                    + (message.has("encrypted") ? " encrypted" : " clear");
            case "esp" -> "esp %s %d %d".formatted(message.get("spi").textValue(), message.get("sequence").longValue(),
                    message.get("bytes").intValue());
            case String other -> other;
        };
    }

    /// The kinds and lengths that are printed, such as `(vid: len=16)`, and the attributes in between.
    private static List<String> printedPayloads(String printed) {
        var names = List.of("enc value=aes", "keylen value=0080", "hash value=sha1", "group desc value=modp768",
                "auth value=preshared", "lifetype value=sec", "lifeduration len=4 value=00015180");
        var payloads = new ArrayList<String>();
        Pattern.compile("\\((vid|ke|nonce|sa|pay15|type=[^)]*)(?:: (?:key |n )?len=(\\d+))?").matcher(printed).results()
                .map(MatchResult::group).map(text -> text.replace("(type=", "").replaceFirst(": (key|n) len", ": len"))
                .forEach(payloads::add);
        payloads.forEach(text -> assertTrue(text.startsWith("(") || names.contains(text), text));
        return payloads;
    }

    private static List<String> payloads(JsonNode payloads) {
        var found = new ArrayList<String>();
        for (JsonNode payload : payloads) {
            int bytes = payload.get("bytes").intValue();
            switch (payload.get("type").intValue()) {
                case 1 -> {
                    found.add("(sa");
                    payload.at("/proposals/0/transforms/0/attributes").forEach(node -> found.add(attribute(node)));
                }
                case 4 -> found.add("(ke: len=" + bytes);
                case 10 -> found.add("(nonce: len=" + bytes);
                case 13 -> found.add("(vid: len=" + bytes);
                default -> found.add("(pay" + payload.get("type").intValue());
            }
        }
        return found;
    }

    /// Our names of what this capture has, in tcpdump's words.
    private static String attribute(JsonNode attribute) {
        String value = (attribute.has("valueName") ? attribute.get("valueName") : attribute.get("data")).textValue();
        return switch (attribute.get("name").textValue() + " " + value) {
            case "encryption AES-CBC" -> "enc value=aes";
            case "key length 0080" -> "keylen value=0080";
            case "hash SHA" -> "hash value=sha1";
            case "group modp768" -> "group desc value=modp768";
            case "authentication pre-shared key" -> "auth value=preshared";
            case "life type seconds" -> "lifetype value=sec";
            case "life duration 00015180" -> "lifeduration len=4 value=00015180";
            case String other -> other;
        };
    }

    private static Path captures() {
        return folder("captures");
    }

    private static Path folder(String name) {
        Path folder = Path.of(System.getProperty("vanth.corpora", "")).resolve(name);
        assumeTrue(Files.isDirectory(folder), () -> "no corpora: " + folder + " is not there");
        return folder;
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        try (var files = Files.list(folder(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static List<MatchResult> expected(String file) throws IOException {
        return NUMBERED_LINE.matcher(Files.readString(captures().resolve(file))).results().toList();
    }

    private static List<JsonNode> decode(String file) throws IOException {
        Bytes content = Bytes.owning(Files.readAllBytes(captures().resolve(file)));
        var nodes = new ArrayList<JsonNode>();
        for (DecodedFrame frame : FileDecoder.frames(file, content)) {
            nodes.add(new ObjectMapper().readTree(JsonRenderer.render(frame)));
        }
        return nodes;
    }
}
