package io.vanth.lab.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Guests that have run side by side and divided the test classes.
public final class KernelGuests {
    private final List<KernelGuest> guests;

    private KernelGuests(List<KernelGuest> guests) {
        this.guests = guests;
    }

    /// Runs the classes of this project whose full names match, each in one of the guests, and returns when all guests
    /// have ended.
    ///
    /// @param folder  absolute and empty; what the host and the guests share
    /// @param count   how many guests; each keeps one processor busy
    /// @param classes a regular expression
    /// @param limit   after which the guests are killed
    public static KernelGuests run(Path folder, int count, String classes, Duration limit)
            throws IOException, InterruptedException, ExecutionException {
        List<Callable<KernelGuest>> runs = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            KernelGuest guest = KernelGuest.prepare(folder, number, count, classes);
            runs.add(() -> guest.run(limit));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<KernelGuest> ended = new ArrayList<>();
            for (Future<KernelGuest> run : threads.invokeAll(runs)) {
                ended.add(run.get());
            }
            return new KernelGuests(ended);
        }
    }

    /// What became of each test that was to run.
    public Collection<GuestTest> tests() throws IOException {
        List<GuestTest> tests = new ArrayList<>();
        for (KernelGuest guest : guests) {
            tests.addAll(guest.tests());
        }
        return tests;
    }

    /// Fails unless there were tests and each guest ended by itself after all of its own.
    public void assertEnded() throws IOException {
        for (KernelGuest guest : guests) {
            guest.assertEnded();
        }
        if (tests().isEmpty()) {
            throw new AssertionError("found no tests\n" + tail());
        }
    }

    /// What the tests printed.
    public List<String> output() throws IOException {
        List<String> lines = new ArrayList<>();
        for (KernelGuest guest : guests) {
            lines.addAll(guest.output());
        }
        return lines;
    }

    /// The last lines of the kernels and of the tests.
    public String tail() throws IOException {
        StringBuilder text = new StringBuilder();
        for (KernelGuest guest : guests) {
            text.append(guest.tail());
        }
        return text.toString();
    }
}
