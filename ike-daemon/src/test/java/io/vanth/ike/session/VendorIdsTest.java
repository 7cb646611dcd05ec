package io.vanth.ike.session;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.exchange.VendorNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Corpora;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.VendorId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Vendor ids are named, and decide nothing.
class VendorIdsTest {
    private static final Pattern DIGITS = Pattern.compile("\\t\\^?((?:[0-9a-f]{2})+)");
    private static final int AT_ONCE = 25;

    private static Pair connected(List<VendorId> added) {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.tamper(bytes -> List.of(with(bytes, added)));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
        return pair;
    }

    private static Bytes with(Bytes datagram, List<VendorId> added) {
        if (!(MessageReader.read(datagram) instanceof IsakmpMessage(var header, var payloads))) {
            return datagram;
        }
        var all = new ArrayList<Payload>(payloads);
        all.addAll(added);
        return MessageWriter.write(header, all);
    }

    /// The list of known ids in the corpora; of patterns the fixed beginning.
    @Test
    void no_known_vendor_id_changes_what_is_agreed() throws IOException {
        var known = new ArrayList<VendorId>();
        for (String line : Files.readAllLines(Corpora.folder("vendor-ids").resolve("ike-vendor-ids"))) {
            Matcher digits = DIGITS.matcher(line);
            if (!line.startsWith("#") && digits.find()) {
                known.add(new VendorId(Bytes.ofHex(digits.group(1))));
            }
        }
        assertTrue(known.size() > 300, () -> known.size() + " ids");
        var plain = connected(List.of()).a().status().isakmp().orElseThrow();
        for (int from = 0; from < known.size(); from += AT_ONCE) {
            var pair = connected(known.subList(from, Math.min(known.size(), from + AT_ONCE)));
            pair.assertConnected();
            assertEquals(plain.proposal(), pair.a().status().isakmp().orElseThrow().proposal());
            assertEquals(List.of(), pair.b().reports(Report.Failed.class));
        }
    }

    @Test
    void the_peers_vendor_ids_are_named_once() {
        var pair = connected(List.of(new VendorId(Bytes.ofHex("882fe56d6fd20dbc2251613b2ebe5beb")),
                new VendorId(Bytes.ofHex("abcdef"))));
        for (Pair.Host host : List.of(pair.a(), pair.b())) {
            List<String> notes = host.reports(Report.Note.class).stream().map(Report.Note::text)
                    .filter(text -> text.contains("strongSwan")).toList();
            assertEquals(1, notes.size(), notes::toString);
            assertTrue(notes.getFirst().contains("RFC 3947") && notes.getFirst().contains("Dead Peer Detection")
                    && notes.getFirst().contains("1 unknown"), notes::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"4048b7d56ebce88525e7de7f00d6c2d3,true", "4048b7d56ebce88525e7de7f00d6c2d380000000,true",
            "4048b7d56ebce88525e7de7f00d6c2d3c0000000,true", "4048b7d56ebce88525e7de7f00d6c2d340000000,false",
            "4048b7d56ebce88525e7de7f00d6c2d4,false", "4048b7d56ebce88525e7de7f00d6c2d38000,false"})
    void fragmentation_is_announced_with_or_without_flags(String digits, boolean announced) {
        assertEquals(announced, VendorIds.fragmentation(List.of(new VendorId(Bytes.ofHex(digits)))));
    }

    @ParameterizedTest
    @CsvSource({"12f5f28c457168a9702d9fe274cc0100,Cisco Unity", "4f456c6a405d72544d42754d,Openswan",
            "4f452d4c696272657377616e2d342e3130,libreswan", "afcad71368a1f1c96b8696fc77570100,Dead Peer Detection"})
    void a_version_may_follow(String digits, String name) {
        assertEquals(Optional.of(name), VendorNames.of(Bytes.ofHex(digits)));
    }

    @ParameterizedTest
    @CsvSource({"00", "ff", "12f5", "4a131c81070358455c5728f20e95452e"})
    void what_is_not_known_has_no_name(String digits) {
        assertEquals(Optional.empty(), VendorNames.of(Bytes.ofHex(digits)));
    }
}
