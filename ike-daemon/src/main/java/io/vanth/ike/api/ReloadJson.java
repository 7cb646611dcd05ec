package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.ike.config.Finding;
import io.vanth.ike.policy.Change;

/// What a reload changes, as JSON; `error` says why it changed nothing.
final class ReloadJson {
    private ReloadJson() {}

    static String render(Reload.Outcome outcome) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (!outcome.refused().isEmpty()) {
            body.put("error", outcome.refused());
        }
        ArrayNode changes = body.putArray("changes");
        for (Change each : outcome.changes()) {
            changes.addObject().put("name", each.name()).put("key", each.key()).put("kind", each.kind().text())
                    .put("cost", each.cost().text()).put("meaning", each.meaning());
        }
        ArrayNode findings = body.putArray("findings");
        outcome.findings().stream().map(Finding::toString).forEach(findings::add);
        return body.toString();
    }
}
