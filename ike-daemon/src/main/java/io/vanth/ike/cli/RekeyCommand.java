package io.vanth.ike.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth rekey`.
@Command(name = "rekey", mixinStandardHelpOptions = true, description = {
        "Negotiates new keys for a connection or tunnel that is up."})
final class RekeyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "A connection, or connection/tunnel.")
    private String name;

    @Mixin
    private ControlOptions control;

    @Spec
    private CommandSpec spec;

    RekeyCommand() {}

    @Override
    public Integer call() throws Refusal {
        var _ = control.client().post(Named.parse(name, spec.commandLine()).path("rekey"));
        spec.commandLine().getOut().println(name + ": new keys are negotiated");
        spec.commandLine().getOut().flush();
        return Main.DONE;
    }
}
