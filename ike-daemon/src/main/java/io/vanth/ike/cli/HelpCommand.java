package io.vanth.ike.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth help`.
@Command(name = "help", mixinStandardHelpOptions = true, description = "Shows the help of a command, as its --help does.", exitCodeList = {
        "0:it is shown", Help.USAGE}, footer = {"vanth help up", "vanth help sa add"})
final class HelpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Which, as it is typed (default: vanth itself).")
    private List<String> words = List.of();

    @Spec
    private CommandSpec spec;

    HelpCommand() {}

    @Override
    public Integer call() {
        CommandLine meant = spec.parent().commandLine();
        for (String word : words) {
            meant = meant.getSubcommands().get(word);
            if (meant == null) {
                throw new ParameterException(spec.commandLine(),
                        "there is no command '%s'".formatted(String.join(" ", words)));
            }
        }
        meant.usage(spec.commandLine().getOut());
        return Main.DONE;
    }
}
