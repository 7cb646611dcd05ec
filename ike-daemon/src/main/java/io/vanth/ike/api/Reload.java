package io.vanth.ike.api;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Control;
import io.vanth.ike.config.Finding;
import io.vanth.ike.config.Place;
import io.vanth.ike.config.Severity;
import io.vanth.ike.policy.Change;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.StartException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the configuration file again, and has the daemon do what has changed in it: all of it or nothing.
public final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Daemon daemon;
    private final ConfigLoader loader;
    private final Path file;
    private final Consumer<Configuration> applied;
    private final List<Consumer<Configuration>> followers = new ArrayList<>();

    /// What came of it.
    ///
    /// @param findings what is wrong with the file; with an error in it nothing has changed
    /// @param changes  what differs from what the daemon does
    /// @param refused  why nothing has changed; empty when it has, or was not to
    public record Outcome(List<Finding> findings, List<Change> changes, String refused) {
        public Outcome {
            findings = List.copyOf(findings);
            changes = List.copyOf(changes);
        }
    }

    /// @param loader  the one that read the file at the start: it shares what was fetched from the network
    /// @param applied told of what is configured after a change
    public Reload(Daemon daemon, ConfigLoader loader, Path file, Consumer<Configuration> applied) {
        this.daemon = daemon;
        this.loader = loader;
        this.file = file;
        this.applied = applied;
    }

    /// Has `follower` be told of what is configured, now and after each change; the secrets of the API that were before are
    /// wiped when it returns.
    public synchronized void follow(Consumer<Configuration> follower) {
        followers.add(follower);
        follower.accept(daemon.configuration());
    }

    /// Says what would change and does not change it. Reads files.
    public synchronized Outcome plan() {
        return run(true);
    }

    /// Changes what differs. Where the file has an error, something differs that only a new process changes, or a step
    /// fails, nothing is changed in the end. Reads files.
    public synchronized Outcome apply() {
        Outcome outcome = run(false);
        if (!outcome.refused().isEmpty()) {
            LOG.warn("{} was read again, and nothing was changed: {}", file, outcome.refused());
        } else if (outcome.changes().isEmpty()) {
            LOG.info("{} was read again: nothing has changed", file);
        } else {
            LOG.info("{} was read again: {}", file, names(outcome.changes()));
        }
        return outcome;
    }

    /// Adds the manual entries of `text`, all or nothing; with an error among the findings, nothing.
    ///
    /// @param name   what findings call the text
    /// @param folder where the names of its key files begin
    public synchronized ConfigLoader.Addition add(String text, String name, Path folder) throws DataPlaneException {
        ConfigLoader.Addition addition = loader.addition(text, name, folder, daemon.configuration().manualLimits());
        if (addition.entries().isPresent()) {
            try {
                List<Finding> findings = new ArrayList<>(addition.findings());
                daemon.manual().add(addition.entries().get()).stream().map(each -> restarted(name, each))
                        .forEach(findings::add);
                return new ConfigLoader.Addition(addition.entries(), findings);
            } catch (DataPlaneException refused) {
                addition.entries().get().close();
                throw refused;
            }
        }
        return addition;
    }

    private Outcome run(boolean planOnly) {
        ConfigLoader.Outcome loaded = loader.load(file);
        if (loaded.configuration().isEmpty()) {
            return new Outcome(loaded.findings(), List.of(), loaded.findings().stream().map(Finding::toString)
                    .collect(Collectors.joining("; ", file + " cannot be used: ", "")));
        }
        Configuration next = loaded.configuration().get();
        List<Change> changes = new ArrayList<>(daemon.changesTo(next));
        changes.addAll(daemon.manual().difference(next.manual()).changes());
        List<Finding> findings = new ArrayList<>(loaded.findings());
        daemon.manual().ended(next.manual()).stream().map(this::ended).forEach(findings::add);
        daemon.manual().refused(next.manual()).stream().map(this::refused).forEach(findings::add);
        if (!planOnly) {
            changes.forEach(each -> LOG.info("plan: {}: {}", each, each.meaning()));
        }
        List<Change> impossible = changes.stream().filter(each -> each.cost() == Change.Cost.PROCESS).toList();
        if (planOnly || !impossible.isEmpty()) {
            next.close();
            return new Outcome(findings, changes, planOnly
                    ? ""
                    : "a new start of the daemon is needed for " + impossible.stream()
                            .map(each -> "%s (%s)".formatted(each.what(), each.reason()))
                            .collect(Collectors.joining(", ")));
        }
        Control before = daemon.configuration().control();
        try {
            daemon.configure(next).stream().map(each -> restarted(file.toString(), each)).forEach(findings::add);
        } catch (StartException refused) {
            next.close();
            return new Outcome(findings, changes, refused.getMessage());
        }
        applied.accept(daemon.configuration());
        followers.forEach(each -> each.accept(daemon.configuration()));
        before.close();
        return new Outcome(findings, changes, "");
    }

    private Finding ended(String association) {
        return new Finding(file.toString(), Place.START, "/manual/associations/" + association, Severity.WARNING,
                "this SA has ended at its lifetime and stays away", "give it new keys, or take it out");
    }

    private Finding refused(String association) {
        return new Finding(file.toString(), Place.START, "/manual/associations/" + association, Severity.WARNING,
                "the data plane refused this SA when the daemon started, so it stays away",
                "mend it or its surroundings, then change it, add it with vanth sa add, or start the daemon anew");
    }

    private static Finding restarted(String name, String association) {
        return new Finding(name, Place.START, "/manual/associations/" + association, Severity.WARNING,
                "this SA was installed anew under its keys with the others of its policy: its sequence numbers begin"
                        + " again at 1, and a replay window empty",
                "give both sides new keys if one has a replayWindow");
    }

    private static String names(List<Change> changes) {
        return changes.stream().map(each -> each.what() + " " + each.kind().text()).collect(Collectors.joining(", "));
    }
}
