package io.vanth.ike.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `vanth completion`.
@Command(name = "completion", mixinStandardHelpOptions = true, description = {
        "Prints a script with which bash, and zsh, complete commands and options at the Tab key."}, exitCodeList = {
                "0:it is printed", Help.USAGE}, footer = {
                        "source <(vanth completion)      for this shell",
                        "vanth completion > /etc/bash_completion.d/vanth      for every bash from now on"})
final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    CompletionCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("vanth", spec.root().commandLine()));
        out.flush();
        return Main.DONE;
    }
}
