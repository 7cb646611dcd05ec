package io.vanth.ike.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What `vanth up` says while a negotiation is under way, and when it ends. The times are those of the daemon.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UpCommandTest {
    private static final Instant ASKED = Instant.parse("2026-01-01T00:00:00Z");
    private static final String REFUSAL = "the peer answers with NO-PROPOSAL-CHOSEN (not authenticated)";
    private static final String REMEDY = "Configure one of them at the peer.";
    private static final String EXPLANATION = """
        {"failures": [
          {"text": "something else", "causes": [{"remedy": "Nothing of this."}]},
          {"text": "%s", "causes": [{"remedy": "%s"}, {"remedy": "Another."}]}]}
        """.formatted(REFUSAL, REMEDY);

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /// What it is like so many seconds after it was asked.
    private static String state(int second, String state, String stage, int resent, String more) {
        return """
            {"at": "%s", "connections": [{"name": "branch", "state": "%s",
              "waiting": {"stage": "%s", "resent": %d, "hint": "probably the keys differ"}, %s
              "tunnels": [{"name": "lan", "state": "%s"}]}]}
            """.formatted(ASKED.plusSeconds(second), state, stage, resent, more, state.equals("up") ? "up" : "down");
    }

    private static String negotiating(int second, String stage) {
        return state(second, "negotiating", stage, 0, "");
    }

    private static String refused(int second, String stage) {
        return refused(second, stage, second / 4);
    }

    private static String refused(int second, String stage, int resent) {
        return state(second, "negotiating", stage, resent, failure(1));
    }

    private static String failure(int second) {
        return failure(second, "initiator");
    }

    private static String failure(int second, String role) {
        return "\"lastFailure\": {\"at\": \"%s\", \"text\": \"%s\", \"role\": \"%s\"},"
                .formatted(ASKED.plusSeconds(second), REFUSAL, role);
    }

    private int up(String... states) throws IOException {
        Path socket = folder.resolve("control.sock");
        try (var _ = new ScriptedDaemon(socket, "{\"at\": \"%s\"}".formatted(ASKED), List.of(states), EXPLANATION)) {
            CommandLine line = Main.commandLine();
            line.setOut(new PrintWriter(out));
            line.setErr(new PrintWriter(err));
            return line.execute("up", "branch", "--socket", socket.toString());
        }
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void aRefusalThatStandsIsShownWithItsRemedyAndEndsItWhileTheDaemonTriesOn() throws IOException {
        assertEquals(Main.NO, up(negotiating(0, "main mode message 2"), refused(1, "main mode message 2"),
                refused(4, "main mode message 2"), refused(6, "main mode message 2"),
                refused(7, "main mode message 2")));
        String said = err.toString();
        assertTrue(said.startsWith("branch: " + REFUSAL), said);
        assertTrue(said.contains("-> " + REMEDY), said);
        assertEquals(1, count(said, "still trying"), said);
        assertTrue(said.contains("vanth: branch is not up: " + REFUSAL + "; the daemon still tries"), said);
    }

    @Test
    void aForgedRefusalDoesNotKeepItFromComingUp() throws IOException {
        assertEquals(Main.DONE, up(refused(1, "main mode message 2"), refused(6, "main mode message 2"),
                state(7, "up", "", 0, "")));
        assertEquals("branch is up", out.toString().strip());
        assertTrue(err.toString().contains(REFUSAL), err::toString);
    }

    @Test
    void whatMovesOnAfterARefusalHasItsTime() throws IOException {
        assertEquals(Main.DONE, up(refused(1, "main mode message 2"), refused(5, "main mode message 6"),
                refused(10, "main mode message 6"), state(12, "up", "", 0, "")));
    }

    @Test
    void silenceIsShownOnceItWasAskedForAgainAndIsWaitedFor() throws IOException {
        String stage = "main mode message 6";
        assertEquals(Main.DONE, up(negotiating(0, stage), state(4, "negotiating", stage, 1, ""),
                state(12, "negotiating", stage, 2, ""), state(30, "negotiating", stage, 3, ""),
                state(31, "up", "", 0, "")));
        assertEquals(1, count(err.toString(), "no main mode message 6 yet: probably the keys differ"), err::toString);
    }

    @Test
    void whatEndedIsNotWaitedFor() throws IOException {
        assertEquals(Main.NO, up(negotiating(0, "main mode message 2"),
                state(1, "down", "", 0, failure(1))));
        assertTrue(err.toString().contains("branch is not up: " + REFUSAL), err::toString);
        assertFalse(err.toString().contains("still"), err::toString);
    }

    /// The peer may be asked again only after a minute, as is configured.
    @Test
    void aRefusalIsNotBelievedBeforeThePeerWasAskedOnceMore() throws IOException {
        String stage = "main mode message 2";
        assertEquals(Main.DONE, up(refused(1, stage, 0), refused(8, stage, 0), refused(30, stage, 0),
                state(31, "up", "", 0, "")));
    }

    @Test
    void whatAnotherBeganNeitherEndsItNorIsShown() throws IOException {
        String stage = "main mode message 2";
        String scanned = failure(1, "responder");
        assertEquals(Main.DONE, up(state(1, "negotiating", stage, 0, scanned),
                state(8, "negotiating", stage, 0, scanned), state(9, "up", "", 0, "")));
        assertEquals("", err.toString());
    }

    @Test
    void anOlderDaemonThatDoesNotTellTheTimeIsWaitedFor() throws IOException {
        String stage = "main mode message 2";
        String at = "\"at\": \"%s\", \"connections\"";
        assertEquals(Main.DONE, up(negotiating(0, stage).replace(at.formatted(ASKED), "\"connections\""),
                refused(1, stage).replace(at.formatted(ASKED.plusSeconds(1)), "\"connections\""),
                state(2, "up", "", 0, "")));
        assertTrue(err.toString().contains(REFUSAL), err::toString);
    }

    @Test
    void whatFailedBeforeIsHistory() throws IOException {
        assertEquals(Main.DONE, up(state(1, "negotiating", "main mode message 2", 0, failure(-5)),
                state(20, "negotiating", "main mode message 2", 0, failure(-5)), state(21, "up", "", 0, "")));
        assertEquals("", err.toString());
    }
}
