package io.vanth.ike.cli;

import io.vanth.ike.log.Journal;
import java.io.PrintWriter;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program `vanth`.
@Command(name = "vanth", mixinStandardHelpOptions = true, versionProvider = Version.class, description = {
        "An IKEv1 daemon with a pluggable data plane.",
        "IKEv1 is historic (RFC 9395): use it only for peers that speak nothing else."}, subcommands = {
                RunCommand.class, CheckCommand.class, StatusCommand.class, UpCommand.class, DownCommand.class,
                RekeyCommand.class, ReloadCommand.class, ExplainCommand.class, DecodeCommand.class, DemoCommand.class,
                EventsCommand.class, SaCommand.class, PolicyCommand.class, HelpCommand.class,
                CompletionCommand.class}, exitCodeList = {"0:done",
                        "1:the answer is no, for the reason that is printed", Help.USAGE}, footer = {
                                "vanth check && vanth run      once /etc/vanth/vanth.yaml is written",
                                "vanth check --schema          what may stand in it",
                                "vanth status                  in another terminal",
                                "vanth explain branch          when it is not up",
                                "vanth help up                 more of a command", "", "Files:",
                                "/etc/vanth/vanth.yaml   the configuration",
                                "/run/vanth/vanth.sock   the control socket of the daemon, through which the other commands ask it",
                                "", "Environment:", "JAVA_HOME               a Java 25 (default: one that is found)",
                                "VANTH_OPTS              more options for the JVM of run and demo, as -Xmx256m"})
public final class Main {
    /// The command did what it was asked for.
    static final int DONE = 0;
    /// The answer is no.
    static final int NO = 1;
    /// The command line makes no sense.
    static final int USAGE = 2;

    /// The program as far as the start of the daemon needs it: what all the commands look like takes longer to read than
    /// the configuration.
    @Command(name = "vanth", subcommands = RunCommand.class)
    private static final class Start {
        Start() {}
    }

    /// For picocli.
    public Main() {}

    /// Runs a command and ends the process with its status.
    public static void main(String[] arguments) {
        int status = commandLine(arguments).execute(arguments);
        if (status != RunCommand.STAYS) {
            System.exit(status);
        }
    }

    /// The commands that the arguments may be meant for, with errors as single lines.
    static CommandLine commandLine(String... arguments) {
        boolean starts = arguments.length > 0 && "run".equals(arguments[0]);
        CommandLine line = Help.dressed(new CommandLine(starts ? new Start() : new Main()));
        line.setExecutionStrategy(parsed -> parsed.hasSubcommand() || parsed.isUsageHelpRequested()
                || parsed.isVersionHelpRequested() ? new CommandLine.RunLast().execute(parsed) : usage(line));
        line.setExecutionExceptionHandler((failure, command, _) -> {
            PrintWriter err = command.getErr();
            err.println(Journal.mark(Level.ERROR) + "vanth: "
                    + (failure instanceof Refusal ? failure.getMessage() : "internal error: " + failure));
            err.flush();
            return NO;
        });
        line.setParameterExceptionHandler((bad, _) -> {
            PrintWriter err = bad.getCommandLine().getErr();
            err.println(
                    Journal.mark(Level.ERROR) + "vanth: %s%s (see: %s --help)".formatted(bad.getMessage(), meant(bad),
                            bad.getCommandLine().getCommandSpec().qualifiedName()));
            err.flush();
            return USAGE;
        });
        return line;
    }

    /// The nearest word that there is.
    private static String meant(CommandLine.ParameterException bad) {
        return bad instanceof CommandLine.UnmatchedArgumentException unknown
                ? unknown.getSuggestions().stream().findFirst().map("; did you mean '%s'?"::formatted).orElse("")
                : "";
    }

    private static int usage(CommandLine line) {
        line.usage(line.getErr());
        return USAGE;
    }
}
