package io.vanth.ike.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The command as the operator meets it: its output and its exit status.
class DecodeCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void everyFrameIsALineOfJson() throws IOException {
        String keepalive = file("k.bin", "ff");
        String garbage = file("g.dat", "00");
        assertEquals(0, run("--json", keepalive, garbage));
        assertEquals("""
                {"file":"%s","frame":1,"message":{"kind":"nat-keepalive"}}
                {"file":"%s","frame":1,"malformed":{"reason":"1 bytes are less than a header of 28","offset":0}}
                """.formatted(keepalive, garbage), out.toString());
    }

    @Test
    void anUnreadableFileIsNamedAndTheOthersAreDecoded() throws IOException {
        String keepalive = file("k.bin", "ff");
        String missing = folder.resolve("missing.pcap").toString();
        assertEquals(1, run(missing, keepalive));
        assertEquals("vanth decode: " + missing + ": no such file\n", err.toString());
        assertEquals(keepalive + " frame 1: NAT keepalive\n", out.toString());
    }

    @Test
    void whatIsNoCaptureIsMalformed() throws IOException {
        assertEquals(0, run("--json", file("x.pcap", "0011")));
        assertTrue(out.toString().contains("\"malformed\""), out.toString());
    }

    @Test
    void aFolderAndABadKeyFileAreNamed() throws IOException {
        assertEquals(1, run(folder.toString()));
        String keys = file("keys", "00");
        assertEquals(1, run("--keys", keys, file("k.bin", "ff")));
        assertEquals("""
                vanth decode: %s: Is a directory
                vanth decode: %s: line 1 is not cookie,key in hexadecimal digits
                """.formatted(folder, keys), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void noFileIsAUsageError() {
        assertEquals(2, run("--json"));
    }

    private String file(String name, String digits) throws IOException {
        return Files.write(folder.resolve(name), HexFormat.of().parseHex(digits)).toString();
    }

    private int run(String... arguments) {
        return new CommandLine(new DecodeCommand()).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
