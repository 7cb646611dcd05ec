package io.vanth.ike.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Data of other projects that tests read where it is present, and are skipped where it is not.
public final class Corpora {
    private static final int NON_ESP_MARKER_BYTES = 4;

    private Corpora() {}

    /// A line of the index of datagrams, and the datagram without its non-ESP marker.
    public record Datagram(String file, String kind, String version, int flags, boolean lengthAgrees, Bytes bytes) {}

    public static Path folder(String name) {
        Path folder = Path.of(System.getProperty("vanth.corpora", "")).resolve(name);
        assumeTrue(Files.isDirectory(folder), () -> "no corpora: " + folder + " is not there");
        return folder;
    }

    /// All that the index calls IKE.
    public static List<Datagram> datagrams() {
        Path folder = folder("ike-datagrams");
        try (var lines = Files.lines(folder.resolve("index.tsv"))) {
            return lines.skip(1).map(line -> datagram(folder, line.split("\t", -1)))
                    .filter(datagram -> datagram.kind.startsWith("ike")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Datagram datagram(Path folder, String[] fields) {
        boolean ike = fields[3].startsWith("ike");
        boolean marked = "True".equals(fields[10]);
        Bytes content = read(folder.resolve(fields[0]));
        return new Datagram(fields[0], fields[3], fields[4], ike ? Integer.parseInt(fields[6]) : 0,
                "True".equals(fields[9]), marked ? content.from(NON_ESP_MARKER_BYTES) : content);
    }

    public static Bytes read(Path file) {
        try {
            return Bytes.owning(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
