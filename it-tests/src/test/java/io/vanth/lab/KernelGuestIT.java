package io.vanth.lab;

import io.vanth.lab.kernel.GuestTest;
import io.vanth.lab.kernel.KernelGuests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The kernel lab tells the truth about its tests, and leaves nothing behind.
@InLab(Program.LINUX)
final class KernelGuestIT {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(10);

    @Test
    void repeatsWhatHappenedInTheGuest(Lab lab) throws Exception {
        KernelGuests guest = KernelGuests.run(lab.folder("guest"), 1, ".*(Failing|Broken)Fixture", LONG);
        guest.assertEnded();
        assertDoesNotThrow(() -> repeat(guest, "FailingFixture > passes()"));
        assertMessage(guest, AssertionError.class, "FailingFixture > fails()", "as it should");
        assertMessage(guest, TestAbortedException.class, "FailingFixture > isSkipped()", "for a reason");
        assertMessage(guest, TestAbortedException.class, "FailingFixture > isDisabled()", "for another reason");
        assertMessage(guest, AssertionError.class, "BrokenFixture", "before all");
        assertMessage(guest, AssertionError.class, "BrokenFixture > neverBegins()", "before all");
    }

    @Test
    void failsWhatTheGuestDidNotLiveToSee(Lab lab) throws Exception {
        KernelGuests guest = KernelGuests.run(lab.folder("guest"), 1, ".*DyingFixture", LONG);
        assertDoesNotThrow(() -> repeat(guest, "DyingFixture > passes()"));
        assertMessage(guest, AssertionError.class, "DyingFixture > ends()", "last words");
        assertMessage(guest, AssertionError.class, "DyingFixture > neverBegins()", "the guest ended before");
        String said = assertThrows(AssertionError.class, guest::assertEnded).getMessage();
        assertTrue(said.contains("the guest ended before its tests did") && said.contains("last words"), said);
    }

    @Test
    void killsAGuestThatHangsWithAllItsProcesses(Lab lab) throws Exception {
        Path folder = lab.folder("guest");
        KernelGuests guest = KernelGuests.run(folder, 1, ".*HangingFixture", SHORT);
        assertMessage(guest, AssertionError.class, "HangingFixture > hangs()", "the guest ended before");
        String said = assertThrows(AssertionError.class, guest::assertEnded).getMessage();
        assertTrue(said.contains("was killed after " + SHORT), said);
        assertEquals(List.of(), ProcessHandle.allProcesses().map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("init=" + folder)).toList());
    }

    @Test
    void failsWhenNoTestIsFound(Lab lab) throws Exception {
        KernelGuests guest = KernelGuests.run(lab.folder("guest"), 1, "no such class", LONG);
        assertEquals(0, guest.tests().size());
        assertTrue(assertThrows(AssertionError.class, guest::assertEnded).getMessage().contains("found no tests"));
    }

    /// Its root is the host's, but what is written there is not.
    @Test
    void writesNothingOnTheHost(Lab lab) throws Exception {
        Path outside = lab.folder("outside");
        System.setProperty("vanth.outside", outside.toString());
        try {
            KernelGuests guest = KernelGuests.run(lab.folder("guest"), 1, ".*WritingFixture", LONG);
            guest.assertEnded();
            assertDoesNotThrow(() -> repeat(guest, "WritingFixture > writes()"));
        } finally {
            System.clearProperty("vanth.outside");
        }
        assertFalse(Files.exists(outside.resolve("file")));
    }

    private static void repeat(KernelGuests guest, String name) throws Exception {
        named(guest, name).repeat(guest.tail());
    }

    private static GuestTest named(KernelGuests guest, String name) throws Exception {
        return guest.tests().stream().filter(test -> test.name().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError(name + " was not reported"));
    }

    private static void assertMessage(KernelGuests guest, Class<? extends Throwable> type, String name, String text) {
        String message = assertThrows(type, () -> repeat(guest, name)).getMessage();
        assertTrue(message.contains(text), message);
    }
}
