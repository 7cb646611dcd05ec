package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.explain.Account;
import io.vanth.ike.explain.Comparison;
import io.vanth.ike.explain.Explanation;
import java.net.InetSocketAddress;
import java.util.Locale;

/// What `explain` tells, as JSON. Times are ISO 8601, absent things left out.
public final class AccountJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private AccountJson() {}

    static String render(Account account) {
        return of(account).toString();
    }

    /// An account as `explain` shows it.
    public static ObjectNode of(Account account) {
        ObjectNode root = NODES.objectNode().put("name", account.name())
                .put("state", account.state().name().toLowerCase(Locale.ROOT)).put("summary", account.summary());
        if (account.takenDown()) {
            root.put("takenDown", true);
        }
        ArrayNode failures = root.putArray("failures");
        account.failures().forEach(each -> failures.add(explanation(each)));
        return root;
    }

    private static ObjectNode explanation(Explanation explanation) {
        ObjectNode node = NODES.objectNode().put("first", explanation.first().toString())
                .put("last", explanation.last().toString()).put("times", explanation.times());
        explanation.tunnel().ifPresent(name -> node.put("tunnel", name));
        node.put("reason", explanation.reason()).put("text", explanation.what());
        explanation.scene().ifPresent(scene -> scene(node.putObject("scene"), scene));
        ArrayNode causes = node.putArray("causes");
        explanation.causes().forEach(cause -> causes.addObject().put("why", cause.why()).put("remedy", cause.remedy()));
        ArrayNode comparisons = node.putArray("comparisons");
        explanation.comparisons().forEach(each -> comparison(comparisons.addObject(), each));
        return node;
    }

    private static void scene(ObjectNode node, Circumstances scene) {
        Circumstances.Progress progress = scene.progress();
        node.put("exchange", scene.subject().exchange()).put("role", scene.role().label())
                .put("stage", progress.stage()).put("local", address(scene.path().local()))
                .put("peer", address(scene.path().remote())).put("initiatorCookie", scene.initiator().toString())
                .put("responderCookie", scene.responder().toString());
        if (scene.subject().messageId() != 0) {
            node.put("messageId", "%08x".formatted(scene.subject().messageId()));
        }
        node.put("resent", progress.resent()).put("repeated", progress.repeated())
                .put("largestSent", progress.largest()).put("nat", nat(scene.nat()));
        ArrayNode said = node.putArray("peerSaid");
        progress.said().forEach(each -> said.addObject().put("notification", each.notification())
                .put("authenticated", each.authenticated()));
        ArrayNode remarks = node.putArray("remarks");
        progress.remarks().forEach(remarks::add);
    }

    private static String address(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static String nat(NatFindings nat) {
        if (!nat.supported()) {
            return "not looked for yet, or not supported by the peer";
        }
        if (nat.localNat() && nat.remoteNat()) {
            return "both sides are behind one, or say so";
        }
        return nat.localNat()
                ? "this side is behind one, or says so"
                : nat.remoteNat() ? "the peer is behind one, or says so" : "none between the two sides";
    }

    private static void comparison(ObjectNode node, Comparison comparison) {
        node.put("title", comparison.title());
        ArrayNode rows = node.putArray("rows");
        for (Comparison.Row row : comparison.rows()) {
            ObjectNode each = rows.addObject().put("what", row.what()).put("ours", row.ours());
            if (row.relation() != Comparison.Relation.UNKNOWN) {
                each.put("theirs", row.theirs()).put("differs", row.relation() == Comparison.Relation.DIFFERS);
            }
        }
        ArrayNode notes = node.putArray("notes");
        comparison.notes().forEach(notes::add);
    }
}
