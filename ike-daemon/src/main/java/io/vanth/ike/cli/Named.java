package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParameterException;

/// A connection, or one tunnel of it, as the user names it.
record Named(String connection, Optional<String> tunnel) {
    private static final String PART = "[A-Za-z0-9_.-]+";

    static Named parse(String text, picocli.CommandLine line) {
        if (!text.matches(PART + "(/" + PART + ")?")) {
            throw new ParameterException(line,
                    "'%s' is no NAME: write connection or connection/tunnel".formatted(text));
        }
        int slash = text.indexOf('/');
        return slash < 0
                ? new Named(text, Optional.empty())
                : new Named(text.substring(0, slash), Optional.of(text.substring(slash + 1)));
    }

    String path(String action) {
        return "/api/connections/%s%s/%s".formatted(connection, tunnel.map(name -> "/" + name).orElse(""), action);
    }

    /// The connection in a status; missing when there is none.
    JsonNode connectionIn(JsonNode status) {
        for (JsonNode each : status.path("connections")) {
            if (each.path("name").asText().equals(connection)) {
                return each;
            }
        }
        return status.path("none");
    }

    /// The tunnels that are meant.
    List<JsonNode> tunnelsIn(JsonNode status) {
        List<JsonNode> meant = new ArrayList<>();
        connectionIn(status).path("tunnels").forEach(each -> {
            if (tunnel.isEmpty() || each.path("name").asText().equals(tunnel.get())) {
                meant.add(each);
            }
        });
        return meant;
    }

    @Override
    public String toString() {
        return connection + tunnel.map(name -> "/" + name).orElse("");
    }
}
