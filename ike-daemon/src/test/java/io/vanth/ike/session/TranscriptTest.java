package io.vanth.ike.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The behaviour of two engines towards each other, one readable file each. `-Dtranscripts.update=true` writes what
/// happens into the files instead of comparing; the difference is for review.
class TranscriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/io/vanth/ike/session/transcripts");

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(each -> each.toString().endsWith(".txt")).sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException {
        return files().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), file.toUri(), () -> play(file)));
    }

    private static void play(Path file) throws IOException {
        String text = Files.readString(file);
        var transcript = Transcript.parse(text.lines().toList());
        var run = new TranscriptRun(transcript);
        var played = new ArrayList<Transcript.Block>();
        for (Transcript.Block block : transcript.blocks()) {
            played.add(new Transcript.Block(block.commands(), run.play(block.commands())));
        }
        String actual = new Transcript(transcript.head(), played).text();
        if (Boolean.getBoolean("transcripts.update")) {
            Files.writeString(file, actual);
        } else {
            assertEquals(text, actual, transcript.sentence());
        }
        run.assertNothingLeft();
    }

    @Test
    void every_transcript_begins_with_the_behaviour_that_it_states() throws IOException {
        for (Path file : files()) {
            var transcript = Transcript.parse(Files.readAllLines(file));
            assertTrue(transcript.sentence().endsWith("."), file + ": the first line is a sentence");
            assertTrue(!transcript.blocks().isEmpty(), file + ": it does something");
        }
    }
}
