package io.vanth.ike.cli;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertTrue;

class ReloadCommandTest {
    /// Of one step, after which the daemon takes everything back.
    private static final Duration LONGEST_STEP = Duration.ofSeconds(20);
    private static final int STEPS = 10;

    /// A reload that is given up here goes on in the daemon, and its end is told to nobody.
    @Test
    void aReloadIsWaitedForLongerThanItsStepsTake() throws Refusal {
        ReloadCommand reload = new ReloadCommand();
        new CommandLine(reload).parseArgs("--socket", "/run/nobody.sock");
        assertTrue(reload.client().patience().compareTo(LONGEST_STEP.multipliedBy(STEPS)) > 0);
    }
}
