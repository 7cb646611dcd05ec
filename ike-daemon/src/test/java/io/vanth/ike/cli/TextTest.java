package io.vanth.ike.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What people read of a status and of an explanation.
class TextTest {
    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void aTunnelThatTheOperatorHasTakenDownIsSaidToBe() throws JsonProcessingException {
        assertEquals("""
            vanth 1, running since 2026-01-02T03:04:05Z
            site: down, a <-> b (b)
              lan: down since 2026-01-02T03:04:06Z, n === m
                taken down by the operator, and the peer is refused, until 'vanth up site/lan'
            """, StatusText.of(json("""
            {"version":"1","started":"2026-01-02T03:04:05.123456Z","connections":[{"name":"site","state":"down",
             "localId":"a","remoteId":"b","peer":"b","tunnels":[{"name":"lan","state":"down","local":"n","remote":"m",
             "since":"2026-01-02T03:04:06.9Z","takenDown":{"refusesPeer":true}}]}]}""")));
    }

    @Test
    void whatFailedBeforeTheOperatorsWordIsHistory() throws JsonProcessingException {
        String text = ExplainText.of(json("""
            {"name":"site","state":"down","summary":"is taken down","takenDown":true,
             "failures":[{"last":"2026-01-02T03:04:05Z","text":"it failed","causes":[],"comparisons":[]}]}"""), false);
        assertTrue(text.startsWith("site is taken down; the last failure before:\n"), text);
    }

    @Test
    void aLongSideOfATableIsBroken() throws JsonProcessingException {
        String text = ExplainText.of(json("""
            {"name":"site","state":"down","summary":"is down","failures":[{"last":"2026-01-02T03:04:05Z","text":"no",
             "causes":[],"comparisons":[{"title":"phase 1","notes":[],"rows":[
              {"what":"proposals","ours":"aes256-sha256-modp2048, aes256-sha256-ecp256","theirs":"3des","differs":true},
              {"what":"x","ours":"y"}]}]}]}"""), false);
        assertTrue(text.contains("""
              phase 1      ours                     theirs
                proposals  aes256-sha256-modp2048,  3des        <- differs
                           aes256-sha256-ecp256
                x          y                        (not told)
            """), text);
    }
}
