package io.vanth.ike.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A man page's worth for every command (O-11).
class HelpTest {
    private static final int LONGEST_LINE = 100;
    private static final Pattern COMMENT = Pattern.compile(" {3,}.*");
    /// Up to what only a shell understands.
    private static final Pattern TYPED = Pattern.compile("\\bvanth( [^|&<>)]+)");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    }

    static Stream<String> commands() {
        return below(Main.commandLine());
    }

    private static Stream<String> below(CommandLine line) {
        return Stream.concat(Stream.of(line.getCommandSpec().qualifiedName()),
                line.getSubcommands().values().stream().flatMap(HelpTest::below));
    }

    private String help(String command) {
        String[] words = Stream.concat(Arrays.stream(command.split(" ", -1)).skip(1), Stream.of("--help"))
                .toArray(String[]::new);
        assertEquals(Main.DONE, run(words));
        return out.toString();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void says_what_it_is_for_how_it_ends_and_what_to_type(String command) {
        String help = help(command);
        assertTrue(help.startsWith("Usage: " + command), help);
        String described = help.replaceFirst("(?s)^Usage:.*?\n\n", "");
        assertTrue(Character.isUpperCase(described.charAt(0)), help);
        assertTrue(described(command).endsWith("."), "its first line stands for it among the commands");
        assertTrue(help.contains("\nExit status:\n"), help);
        assertTrue(Pattern.compile("(?m)^ +2 +the command line makes no sense$").matcher(help).find(), help);
        assertTrue(help.contains("\nExamples:\n  "), help);
        assertEquals(List.of(), help.lines().filter(line -> line.length() > LONGEST_LINE).toList());
    }

    private static String described(String command) {
        return line(command).getCommandSpec().usageMessage().description()[0];
    }

    private static CommandLine line(String command) {
        CommandLine line = Main.commandLine();
        for (String word : command.split(" ", -1)) {
            line = word.equals("vanth") ? line : line.getSubcommands().get(word);
        }
        return line;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void says_what_each_argument_and_option_is(String command) {
        line(command).getCommandSpec().args().forEach(each -> {
            String described = String.join(" ", each.description());
            assertFalse(described.isBlank(), () -> command + " " + each.paramLabel());
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void gives_examples_that_can_be_typed(String command) {
        String examples = help(command).replaceFirst("(?s).*\nExamples:\n", "").replaceFirst("(?s)\n\n.*", "");
        List<String> typed = examples.lines().map(line -> COMMENT.matcher(line.strip()).replaceFirst(""))
                .flatMap(line -> TYPED.matcher(line).results()).map(match -> match.group(1).strip()).toList();
        assertFalse(typed.isEmpty(), examples);
        typed.forEach(words -> assertDoesNotThrow(() -> Main.commandLine().parseArgs(words.split(" ", -1)), words));
    }

    @Test
    void is_shown_by_a_command_too() {
        String help = help("vanth sa add");
        out.getBuffer().setLength(0);
        assertEquals(Main.DONE, run("help", "sa", "add"));
        assertEquals(help, out.toString());
        assertEquals(Main.USAGE, run("help", "sa", "ad"));
        assertTrue(err.toString().contains("there is no command 'sa ad'"), err::toString);
    }

    @Test
    void is_completed_by_bash() {
        assertEquals(Main.DONE, run("completion"));
        Matcher registered = Pattern.compile("(?m)^complete .* vanth( .*)?$").matcher(out.toString());
        assertTrue(registered.find(), out::toString);
        commands().map(name -> name.replaceFirst(".* ", "")).forEach(name -> assertTrue(out.toString().contains(name)));
    }
}
