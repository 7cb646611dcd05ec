package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.session.EngineStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The status as JSON. Times are ISO 8601, states lower case, absent things left out.
final class StatusJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StatusJson() {}

    /// @param associations empty where the data plane says nothing
    static String render(String version, Instant started, Instant now, EngineStatus status,
            Optional<List<SaStatus>> associations, Map<String, Long> counters) {
        Map<SaId, SaStatus> byId = new java.util.HashMap<>();
        associations.orElse(List.of()).forEach(association -> byId.put(association.id(), association));
        ObjectNode root = NODES.objectNode().put("version", version).put("started", started.toString())
                .put("at", now.toString())
                .put("halfOpen", status.halfOpen());
        ArrayNode connections = root.putArray("connections");
        status.connections().forEach(connection -> connections.add(connection(connection, byId)));
        ObjectNode plane = root.putObject("dataPlane");
        if (associations.isEmpty()) {
            plane.put("silent", true);
        }
        ObjectNode counted = plane.putObject("counters");
        new TreeMap<>(counters).forEach(counted::put);
        return root.toString();
    }

    private static ObjectNode connection(EngineStatus.ConnectionStatus connection, Map<SaId, SaStatus> byId) {
        ObjectNode node = NODES.objectNode().put("name", connection.name()).put("state", label(connection.state()))
                .put("localId", connection.localId()).put("remoteId", connection.remoteId())
                .put("peer", connection.peer());
        connection.isakmp().ifPresent(isakmp -> node.set("isakmp", isakmp(isakmp)));
        waiting(node, connection.waiting());
        failure(node, connection.lastFailure());
        ArrayNode tunnels = node.putArray("tunnels");
        connection.tunnels().forEach(tunnel -> tunnels.add(tunnel(tunnel, byId)));
        return node;
    }

    private static ObjectNode isakmp(EngineStatus.IsakmpStatus isakmp) {
        return NODES.objectNode().put("initiatorCookie", isakmp.initiatorCookie())
                .put("responderCookie", isakmp.responderCookie()).put("role", isakmp.role())
                .put("proposal", isakmp.proposal()).put("natTraversal", isakmp.natTraversal())
                .put("established", isakmp.established().toString()).put("rekeyAt", isakmp.rekeyAt().toString())
                .put("expires", isakmp.expires().toString());
    }

    private static ObjectNode tunnel(EngineStatus.TunnelStatus tunnel, Map<SaId, SaStatus> byId) {
        ObjectNode node = NODES.objectNode().put("name", tunnel.name()).put("state", label(tunnel.state()))
                .put("since", tunnel.since().toString()).put("local", tunnel.local()).put("remote", tunnel.remote());
        tunnel.via().ifPresent(name -> node.put("interface", name));
        tunnel.child().ifPresent(child -> node.set("sa", child(child, byId)));
        waiting(node, tunnel.waiting());
        failure(node, tunnel.lastFailure());
        tunnel.takenDown().ifPresent(
                taken -> node.putObject("takenDown").put("refusesPeer", taken.refusesPeer()));
        return node;
    }

    private static ObjectNode child(EngineStatus.ChildStatus child, Map<SaId, SaStatus> byId) {
        ObjectNode node = NODES.objectNode().put("proposal", child.proposal())
                .put("udpEncapsulated", child.udpEncapsulated()).put("established", child.established().toString())
                .put("rekeyAt", child.rekeyAt().toString()).put("expires", child.expires().toString());
        node.set("inbound", direction(child.inbound(), byId));
        node.set("outbound", direction(child.outbound(), byId));
        return node;
    }

    private static ObjectNode direction(SaId id, Map<SaId, SaStatus> byId) {
        ObjectNode node = NODES.objectNode().put("spi", id.spi().toString());
        SaStatus installed = byId.get(id);
        if (installed != null) {
            TrafficCounters counters = installed.counters();
            node.put("packets", counters.packets()).put("bytes", counters.bytes())
                    .put("replayDrops", counters.replayDrops())
                    .put("integrityFailures", counters.integrityFailures())
                    .put("selectorDrops", counters.selectorDrops());
            counters.lastUsed().ifPresent(used -> node.put("lastUsed", used.toString()));
        }
        return node;
    }

    private static void waiting(ObjectNode node, Optional<EngineStatus.Waiting> under) {
        under.ifPresent(waiting -> node.putObject("waiting").put("stage", waiting.stage())
                .put("resent", waiting.resent()).put("hint", waiting.hint()));
    }

    private static void failure(ObjectNode node, Optional<EngineStatus.LastFailure> last) {
        last.ifPresent(failure -> {
            ObjectNode described = node.putObject("lastFailure").put("at", failure.at().toString())
                    .put("reason", failure.reason()).put("text", failure.text());
            failure.role().ifPresent(role -> described.put("role", role.label()));
        });
    }

    private static String label(EngineStatus.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
