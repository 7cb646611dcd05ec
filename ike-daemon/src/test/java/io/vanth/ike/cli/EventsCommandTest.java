package io.vanth.ike.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventsCommandTest {
    private static final String UP = """
            {"id":"a-1","type":"tunnel_up","at":"2026-01-02T03:04:05Z","connection":"branch","tunnel":"lan","text":"tunnel up\\u001b[31m"}""";
    private static final String DROPS = """
            {"id":"a-2","type":"packets_dropped","at":"2026-01-02T03:04:06Z","packets":{"dropped_outbound_no_policy":3}}""";
    private static final String STREAM = ": vanth\n\nid: a-1\nevent: tunnel_up\ndata: %s\n\n: alive\n\nevent: x\ndata: %s\n\n"
            .formatted(UP, DROPS);

    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) throws IOException {
        Path socket = folder.resolve("vanth.sock");
        try (ScriptedDaemon _ = new ScriptedDaemon(socket, "", List.of(STREAM), "{}")) {
            CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
            String[] all = new String[arguments.length + 3];
            all[0] = "events";
            all[1] = "--socket";
            all[2] = socket.toString();
            System.arraycopy(arguments, 0, all, 3, arguments.length);
            return line.execute(all);
        }
    }

    @Test
    void each_event_is_a_line_until_the_daemon_ends() throws IOException {
        assertEquals(Main.NO, run());
        assertEquals("""
            2026-01-02T03:04:05Z branch/lan tunnel up: tunnel up\\x1b[31m
            2026-01-02T03:04:06Z packets dropped: dropped_outbound_no_policy=3
            """, out.toString());
        assertTrue(err.toString().contains("ended the stream"), err::toString);
    }

    /// Most texts begin with what has happened.
    @Test
    void what_has_happened_is_said_once() {
        assertEquals("2026-01-02T03:04:05Z branch/lan tunnel up: inbound SPI 0x1", EventsCommand
                .text("""
            {"id":"a-1","type":"tunnel_up","at":"2026-01-02T03:04:05Z","connection":"branch","tunnel":"lan","text":"tunnel up: inbound SPI 0x1"}"""));
    }

    @Test
    void as_json_it_is_what_the_daemon_says() throws IOException {
        assertEquals(Main.NO, run("--json", "--after", "a-0"));
        assertEquals(UP + "\n" + DROPS + "\n", out.toString());
    }

    /// What is of the whole connection concerns its tunnels, and what is of the stream everybody.
    @Test
    void only_those_of_a_connection_or_tunnel() throws IOException {
        assertEquals(Main.NO, run("branch/lan", "--json"));
        assertEquals(UP + "\n", out.toString());
        Named lan = Named.parse("branch/lan", Main.commandLine());
        assertFalse(EventsCommand.concerns(UP, Named.parse("branch/dmz", Main.commandLine())));
        assertFalse(EventsCommand.concerns(UP.replace("branch", "branch2"), lan));
        assertTrue(EventsCommand.concerns(UP.replace("\"tunnel\":\"lan\",", ""), lan));
        assertTrue(EventsCommand.concerns("{\"type\":\"missed\",\"text\":\"x\"}", lan));
    }

    @Test
    void what_is_no_id_is_not_sent() throws IOException {
        assertEquals(Main.NO, run("--after", "a\r\nX: y"));
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("is no id"), err::toString);
    }
}
