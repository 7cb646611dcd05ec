package io.vanth.ike.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// `vanth explain --capture` as the operator meets it; what it says of negotiations is tested with the engine.
class ExplainCommandTest {
    private static final String PCAP = "a1b2c3d4" + "00020004" + "0000000000000000" + "00040000" + "00000065";
    /// 192.0.2.1:500 to 192.0.2.2:500, a first message without payloads.
    private static final String MESSAGE = "45000038000000004011" + "0000" + "c0000201" + "c0000202" + "01f401f4"
            + "00240000" + "0102030405060708" + "0000000000000000" + "00100200" + "00000000" + "0000001c";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void aNegotiationIsAnAccount() throws IOException {
        assertEquals(0, run("--capture", file(PCAP + record())), err::toString);
        assertTrue(out.toString().startsWith("192.0.2.1 to 192.0.2.2 did not come up"), out.toString());
        assertTrue(out.toString().contains("main mode message 2, as initiator"), out.toString());
    }

    @Test
    void anAccountIsALineOfJson() throws IOException {
        assertEquals(0, run("--json", "--capture", file(PCAP + record())), err::toString);
        assertTrue(out.toString().startsWith("{\"name\":\"192.0.2.1 to 192.0.2.2\",\"state\":\"down\""),
                out.toString());
        assertEquals(1, out.toString().lines().count());
    }

    @Test
    void theLastLineSaysHowManyAreLeftOut() throws IOException {
        String flood = file(PCAP + IntStream.rangeClosed(1, 1003).mapToObj(cookie -> record()
                .replace("0102030405060708", "%016x".formatted(cookie))).collect(Collectors.joining()));
        assertEquals(0, run("--capture", flood), err::toString);
        assertEquals(1000, out.toString().lines().filter(each -> each.contains("did not come up")).count());
        assertTrue(out.toString().lines().reduce((_, later) -> later).orElseThrow()
                .startsWith("3 older negotiations are left out"), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("--json", "--capture", flood), err::toString);
        assertEquals(1000, out.toString().lines().count());
        assertTrue(err.toString().startsWith("3 older negotiations are left out"), err.toString());
    }

    @Test
    void whatCannotBeExplainedIsNamed() throws IOException {
        String missing = folder.resolve("missing.pcap").toString();
        assertRefused(missing + ": no such file", "--capture", missing);
        String text = file("00112233");
        assertRefused(text + ": it is neither a pcap nor a pcapng capture", "--capture", text);
        String empty = file(PCAP);
        assertRefused(empty + ": there is no IKEv1 negotiation in it", "--capture", empty);
        assertRefused("NAME needs --config", "--capture", empty, "branch");
    }

    @Test
    void aNameOrACaptureIsNeeded() {
        assertEquals(2, run());
        assertTrue(err.toString().contains("NAME is missing, or --capture FILE"), err.toString());
    }

    private void assertRefused(String words, String... arguments) {
        assertEquals(1, run(arguments));
        assertTrue(err.toString().contains(words), err::toString);
    }

    private static String record() {
        String length = "%08x".formatted(MESSAGE.length() / 2);
        return "0000000a" + "00000000" + length + length + MESSAGE;
    }

    private String file(String hex) throws IOException {
        return Files.write(Files.createTempFile(folder, "x", ".pcap"), HexFormat.of().parseHex(hex)).toString();
    }

    private int run(String... arguments) {
        String[] words = new String[arguments.length + 1];
        words[0] = "explain";
        System.arraycopy(arguments, 0, words, 1, arguments.length);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(words);
    }
}
