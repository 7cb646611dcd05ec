package io.vanth.ike.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MainTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "status", "up", "down", "rekey", "explain", "decode", "demo"})
    void everyCommandHasHelp(String command) {
        assertEquals(Main.DONE, run(command, "--help"));
        assertTrue(out.toString().contains("vanth " + command), out::toString);
    }

    /// The daemon's start reads no other command.
    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "--konfig=x", "surplus"})
    void runIsTheSameByItself(String argument) {
        int status = run("run", argument);
        StringWriter text = new StringWriter();
        CommandLine alone = Main.commandLine("run", argument);
        alone.setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
        assertEquals(status, alone.execute("run", argument));
        assertEquals(out.toString() + err, text.toString());
    }

    @Test
    void theVersionIsOfTheBuild() {
        assertEquals(Main.DONE, run("--version"));
        assertTrue(out.toString().matches("vanth \\d+\\.\\d+\\.\\d+.*\\s+"), out::toString);
    }

    @Test
    void nonsenseIsAUsageErrorInOneLine() {
        assertEquals(Main.USAGE, run("chekc"));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().contains("did you mean 'check'?"), err::toString);
        assertEquals(Main.USAGE, run("up"));
        assertEquals(Main.USAGE, run("up", "a b", "--socket", "/nonexistent"));
        assertEquals(Main.USAGE, run());
    }

    @Test
    void noDaemonIsAnAnswerInOneLine() {
        assertEquals(Main.NO, run("status", "--socket", folder.resolve("none.sock").toString()));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().contains("no daemon listens on"), err::toString);
    }

    /// Else a slip in its name would reload the daemon of the default socket.
    @ParameterizedTest
    @ValueSource(strings = {"reload", "status"})
    void aFileThatIsNotThereNamesNoDaemon(String command) {
        String file = folder.resolve("none.yaml").toString();
        assertEquals(Main.NO, run(command, "-c", file));
        assertEquals("vanth: there is no file " + file, err.toString().strip());
    }

    @Test
    void aGoodFileIsGood() throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, "connections: {}\n");
        assertEquals(Main.DONE, run("check", "-c", file.toString()));
    }

    @Test
    void aBrokenFileIsNotAndSaysWhere() throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, "conections: {}\n");
        assertEquals(Main.NO, run("check", "-c", file.toString()));
        assertTrue(out.toString().contains(file + ":1:1: error: /conections: unknown key"), out::toString);
        assertTrue(out.toString().contains("did you mean 'connections'?"), out::toString);
        assertEquals(Main.NO, run("check", "-c", folder.resolve("none.yaml").toString()));
    }

    @Test
    void theSchemaIsPublished() {
        assertEquals(Main.DONE, run("check", "--schema"));
        assertTrue(out.toString().contains("https://json-schema.org/draft/2020-12/schema"));
    }
}
