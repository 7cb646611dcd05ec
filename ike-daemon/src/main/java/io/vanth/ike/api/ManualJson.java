package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.Transform;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.manual.Lack;
import io.vanth.ike.manual.ManualTable;
import io.vanth.ike.manual.Orders;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// SAs and policies as JSON. Keys are nowhere in it.
final class ManualJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ManualJson() {}

    /// All SAs of the data plane with their counters, and then the manual ones that are not in it.
    static String associations(List<SaStatus> installed, List<ManualTable.Entry> manual, Configuration configuration) {
        Map<SaId, ManualTable.Entry> own = new HashMap<>();
        manual.forEach(each -> own.put(each.association().id(), each));
        Map<SaGroup, String> tunnels = new HashMap<>();
        configuration.connections().forEach(connection -> connection.tunnels()
                .forEach(tunnel -> tunnels.put(tunnel.group(), connection.name() + "/" + tunnel.name())));
        ObjectNode root = NODES.objectNode();
        ArrayNode all = root.putArray("associations");
        Set<SaId> listed = new HashSet<>();
        for (SaStatus each : installed) {
            listed.add(each.id());
            ManualTable.Entry entry = own.get(each.id());
            String name = entry == null ? tunnels.getOrDefault(each.group(), "") : entry.association().name();
            all.add(status(each, name, entry != null));
        }
        manual.stream().filter(each -> !listed.contains(each.association().id())).forEach(each -> all.add(idle(each)));
        return root.toString();
    }

    private static ObjectNode status(SaStatus status, String name, boolean manual) {
        TrafficCounters counters = status.counters();
        ObjectNode node = identity(name, manual, status.id(), status.transform())
                .put("mode", lower(status.mode())).put("direction", lower(status.direction()))
                .put("peer", status.peer().getAddress().getHostAddress()).put("peerPort", status.peer().getPort())
                .put("installed", status.installed().toString()).put("packets", counters.packets())
                .put("bytes", counters.bytes()).put("replayDrops", counters.replayDrops())
                .put("integrityFailures", counters.integrityFailures()).put("selectorDrops", counters.selectorDrops());
        counters.lastUsed().ifPresent(used -> node.put("lastUsed", used.toString()));
        ArrayNode selectors = node.putArray("selectors");
        status.selectors().forEach(each -> selectors.add(each.toString()));
        return node;
    }

    private static ObjectNode idle(ManualTable.Entry entry) {
        return identity(entry.association().name(), true, entry.association().id(), entry.association().transform())
                .put("mode", lower(entry.association().mode()))
                .put("state", entry.inUse() ? "incomplete" : "unused");
    }

    private static ObjectNode identity(String name, boolean manual, SaId id, Transform transform) {
        return NODES.objectNode().put("name", name).put("manual", manual).put("protocol", lower(id.protocol()))
                .put("destination", id.destination().getHostAddress()).put("spi", id.spi().toString())
                .put("algorithms", algorithms(transform));
    }

    private static String algorithms(Transform transform) {
        return switch (transform) {
            case EspTransform esp -> lower(esp.cipher()) + (esp.cipher() == Cipher.NULL ? "" : "_" + esp.keyBits())
                    + esp.integrity().map(each -> "-" + lower(each)).orElse("");
            case AhTransform ah -> lower(ah.algorithm());
            case IpcompTransform _ -> "deflate";
        };
    }

    /// All policies of the data plane in the order in which they are looked at, and what manual ones lack.
    static String policies(List<Policy> policies, ManualTable manual) {
        Map<String, String> names = manual.namesInThePlane();
        Map<String, List<Lack>> lacks = manual.lacks().stream().collect(Collectors.groupingBy(Lack::policy));
        ObjectNode root = NODES.objectNode();
        ArrayNode all = root.putArray("policies");
        for (Policy policy : policies) {
            String name = names.getOrDefault(policy.name(), policy.name().replaceFirst("~\\d+$", ""));
            ObjectNode node = all.addObject().put("name", name).put("manual", names.containsKey(policy.name()))
                    .put("order", Orders.written(policy.order())).put("local", policy.traffic().local().toString())
                    .put("remote", policy.traffic().remote().toString());
            action(node, policy.action());
            String written = name.contains("@") ? name.substring(0, name.indexOf('@')) : name;
            if (names.containsKey(policy.name()) && lacks.containsKey(written)) {
                ArrayNode missing = node.putArray("missing");
                lacks.get(written).forEach(each -> missing.add(each.reason()));
            }
        }
        return root.toString();
    }

    private static void action(ObjectNode node, Policy.Action action) {
        switch (action) {
            case Policy.Bypass() -> node.put("action", "bypass");
            case Policy.Discard() -> node.put("action", "discard");
            case Policy.Protect(_, var layers, _) -> {
                node.put("action", "protect");
                ArrayNode all = node.putArray("layers");
                layers.forEach(layer -> all.add(layer(layer)));
            }
        }
    }

    private static String layer(Layer layer) {
        return "%s/%s/%s/%s".formatted(lower(layer.protocol()), lower(layer.mode()),
                layer.peer().map(java.net.InetAddress::getHostAddress).orElse(""),
                layer.required() ? "require" : "use");
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
