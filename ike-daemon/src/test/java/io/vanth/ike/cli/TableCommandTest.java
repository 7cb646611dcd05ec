package io.vanth.ike.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TableCommandTest {
    @TempDir
    private Path folder;

    @Test
    void eachNameIsTriedWhateverBecomesOfTheOthers() {
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err));
        String nobody = folder.resolve("nobody.sock").toString();
        assertTrue(line.execute("sa", "delete", "a", "b", "c", "--socket", nobody) != Main.DONE);
        assertEquals(3, err.toString().split(Pattern.quote(nobody), -1).length - 1, err::toString);
    }
}
