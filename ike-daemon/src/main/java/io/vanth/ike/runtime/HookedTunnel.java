package io.vanth.ike.runtime;

import io.vanth.ike.policy.Hooks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One tunnel and what its hooks were told of it: never two at once, and `down` only after `up`, with the same variables.
/// A tunnel that changes faster than its hooks run gets those that its last state needs.
final class HookedTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(HookedTunnel.class);

    private final String name;
    private Hooks hooks;
    private final HookProgram program;
    private final Executor executor;
    private Optional<Map<String, String>> state = Optional.empty();
    private Optional<Map<String, String>> told = Optional.empty();
    private boolean working;

    HookedTunnel(String name, Hooks hooks, HookProgram program, Executor executor) {
        this.name = name;
        this.hooks = hooks;
        this.program = program;
        this.executor = executor;
    }

    /// From the next event on it has these.
    synchronized void configure(Hooks changed) {
        hooks = changed;
    }

    /// It has come up, as these variables say.
    synchronized void up(Map<String, String> variables) {
        state = Optional.of(Map.copyOf(variables));
        work();
    }

    /// It has gone down.
    synchronized void down() {
        state = Optional.empty();
        work();
    }

    private void work() {
        if (!working && !state.equals(told)) {
            working = true;
            executor.execute(this::tell);
        }
    }

    private void tell() {
        for (Optional<Runnable> next = next(); next.isPresent(); next = next()) {
            next.get().run();
        }
    }

    private synchronized Optional<Runnable> next() {
        if (state.equals(told)) {
            working = false;
            return Optional.empty();
        }
        if (told.isPresent()) {
            Map<String, String> before = told.get();
            told = Optional.empty();
            Optional<String> file = hooks.down();
            return Optional.of(() -> run("down", file, before));
        }
        told = state;
        Map<String, String> now = state.orElseThrow();
        Optional<String> file = hooks.up();
        return Optional.of(() -> run("up", file, now));
    }

    private void run(String event, Optional<String> file, Map<String, String> variables) {
        if (file.isEmpty()) {
            return;
        }
        Map<String, String> all = new HashMap<>(variables);
        all.put("VANTH_EVENT", event);
        try {
            log(event, program.run(Path.of(file.get()), all));
        } catch (IOException bad) {
            LOG.warn("the hook '{}' of {} cannot be run: {}", event, name, bad.getMessage());
        } catch (InterruptedException ending) {
            LOG.warn("the hook '{}' of {} was ended with the daemon", event, name);
            Thread.currentThread().interrupt();
        }
    }

    private void log(String event, HookProgram.Ending ending) {
        ending.output().forEach(line -> LOG.info("the hook '{}' of {} printed: {}", event, name, line));
        if (ending.exit().isEmpty()) {
            LOG.warn("the hook '{}' of {} took too long and was killed", event, name);
        } else if (ending.exit().get() != 0) {
            LOG.warn("the hook '{}' of {} ended with status {}", event, name, ending.exit().get());
        }
    }
}
