package io.vanth.ike.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth down`.
@Command(name = "down", mixinStandardHelpOptions = true, description = {
        "Takes a connection or tunnel down, at the peer too. It stays down until 'up'; its traffic stays blocked."})
final class DownCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "A connection, or connection/tunnel.")
    private String name;

    @Mixin
    private ControlOptions control;

    @Spec
    private CommandSpec spec;

    DownCommand() {}

    @Override
    public Integer call() throws Refusal {
        var _ = control.client().post(Named.parse(name, spec.commandLine()).path("down"));
        spec.commandLine().getOut().println(name + " is down");
        spec.commandLine().getOut().flush();
        return Main.DONE;
    }
}
