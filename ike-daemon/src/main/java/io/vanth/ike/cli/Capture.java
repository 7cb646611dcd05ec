package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.api.AccountJson;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.decode.CaptureFile;
import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.decode.KeyTable;
import io.vanth.ike.explain.capture.CaptureExplainer;

import io.vanth.ike.log.Escaped;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.runtime.MarkedMachine;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/// A capture that is to be explained.
///
/// @param keys   or null
/// @param config the configuration from whose side it is told
/// @param name   the connection that is asked about, or null for all
record Capture(Path file, Path keys, Optional<Path> config, String name, CommandLine command) {
    /// What there is to tell.
    ///
    /// @param accounts the newest last; never empty
    /// @param omission a line about what is not told, if anything
    record Told(List<JsonNode> accounts, Optional<String> omission) {}

    /// Reads it.
    Told explained() throws Refusal {
        if (name != null && config.isEmpty()) {
            throw new Refusal("NAME needs --config: a capture knows no names");
        }
        Optional<Configuration> configuration = config.isEmpty() ? Optional.empty() : Optional.of(load(config.get()));
        try {
            List<Connection> connections = configuration.map(this::meant).orElse(List.of());
            CaptureExplainer.Told told = CaptureExplainer.explain(frames(), connections, name == null);
            if (told.accounts().isEmpty()) {
                throw new Refusal("%s: there is no IKEv1 negotiation%s in it".formatted(file,
                        name == null ? "" : " of " + name));
            }
            return new Told(told.accounts().stream().map(AccountJson::of).map(JsonNode.class::cast).toList(),
                    omission(told));
        } finally {
            configuration.ifPresent(Configuration::close);
        }
    }

    private Optional<String> omission(CaptureExplainer.Told told) {
        return told.leftOut() == 0
                ? Optional.empty()
                : Optional.of("%d older negotiations are left out; those above are the newest %d%s.".formatted(
                        told.leftOut(), told.accounts().size(),
                        name == null ? " (--config FILE NAME tells those of one connection only)" : ""));
    }

    private Configuration load(Path path) throws Refusal {
        ConfigLoader.Outcome outcome = new ConfigLoader(Surroundings.ofProcess(new MarkedMachine(), DataPlanes.names()))
                .load(path);
        if (outcome.configuration().isEmpty()) {
            outcome.findings().forEach(finding -> command.getErr().println(Escaped.text(finding.toString())));
        }
        Configuration configuration = outcome.configuration()
                .orElseThrow(() -> new Refusal("%s cannot be used".formatted(path)));
        if (name != null && configuration.connections().stream().noneMatch(each -> each.name().equals(name))) {
            configuration.close();
            throw new Refusal("%s has no connection %s".formatted(path, name));
        }
        return configuration;
    }

    private List<Connection> meant(Configuration configuration) {
        return configuration.connections().stream().filter(each -> name == null || each.name().equals(name)).toList();
    }

    private List<DecodedFrame> frames() throws Refusal {
        try (KeyTable table = keys == null ? KeyTable.empty() : KeyTable.read(keys)) {
            return CaptureFile.read(file, table);
        } catch (NoSuchFileException missing) {
            throw new Refusal("%s: no such file".formatted(missing.getFile()), missing);
        } catch (AccessDeniedException denied) {
            throw new Refusal("%s: access denied".formatted(denied.getFile()), denied);
        } catch (IOException broken) {
            throw new Refusal("%s: %s".formatted(file, broken.getMessage()), broken);
        }
    }
}
