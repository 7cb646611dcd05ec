package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.lab.Link.Plane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-7: of three tunnels to strongSwan one changes in every way that there is, while numbered datagrams pass through the
/// other two in both directions. None of them may be missing, and the SAs stay the same. What a plan says beforehand is
/// held against what then is seen to happen.
final class ReloadScenario {
    private static final int PER_SECOND = 200;
    /// More than there is time for.
    private static final int MOST = PER_SECOND * 600;
    private static final String NONE = "none";
    private static final String ADDED = "added";
    private static final String REMOVED = "removed";

    private final Topology net;
    private final Link first;
    private final Link second;
    private final Link third;
    private final StrongSwan swan;
    private final Vanth vanth;
    private List<Link> now;

    ReloadScenario(Lab lab, Plane plane) {
        net = lab.siteToSite(3);
        first = net.link(0).plane(plane);
        second = net.link(1).plane(plane);
        third = net.link(2).plane(plane);
        now = List.of(first, second, third);
        swan = net.b().strongSwan(net.atB(now));
        vanth = net.a().vanth(first, second, third);
        now.forEach(vanth::up);
    }

    void oneOfThreeTunnelsChanges() {
        undisturbed(() -> {
            Link narrow = second.protecting("10.1.1.0/25");
            becomes("pair1/lan networks changed, cost restart", narrow);
            Link stronger = narrow.esp("aes256gcm16");
            becomes("pair1/lan proposals changed, cost rekey", stronger);
            Link renamed = stronger.remote(stronger.remote().id("renamed.example"));
            becomes("pair1 remote.id changed, cost restart", renamed);
            net.traffic(renamed).pingBothWays();
            goesBySignal(renamed);
            becomes("pair1 added, cost none", second);
            vanth.up(second);
            net.traffic(second).pingBothWays();
        });
    }

    /// What has changed before the step that fails is taken back.
    ///
    /// @param words   of the connection of the third tunnel, which comes last
    /// @param prepare with them makes it impossible
    void aStepThatFails(String words, String reason, Consumer<Namespace> prepare) {
        thirdGoes();
        prepare.accept(net.a().gateway());
        String before = standing();
        undisturbed(first, () -> {
            Link narrow = second.protecting("10.1.1.0/25");
            Command.Result refused = vanth.reloadWith(words, first, narrow, third);
            assertEquals(1, refused.exit(), refused.all());
            assertTrue(refused.all().contains(reason), refused.all());
            assertTrue(refused.all().contains("everything is as before"), refused.all());
            assertEquals(before, standing());
            net.traffic(second).pingBothWays();
        });
    }

    /// Policies, routes, rules and interfaces.
    private String standing() {
        Namespace gateway = net.a().gateway();
        return vanth.cli("policy", "list").checked() + gateway.ip("route show table all") + gateway.ip("rule")
                + gateway.ip("-br link") + gateway.ip("xfrm policy") + spis();
    }

    private void undisturbed(Runnable steps) {
        undisturbed(first, () -> undisturbed(third, steps));
    }

    /// Meanwhile the tunnel loses nothing and has the same SAs.
    private void undisturbed(Link link, Runnable steps) {
        NumberedStream there = net.traffic(link).aToB(PER_SECOND, MOST);
        NumberedStream back = net.traffic(link).bToA(PER_SECOND, MOST);
        String sas = spis().get(link.name());
        steps.run();
        assertEquals(sas, spis().get(link.name()));
        NumberedStream.Report arrived = there.stop();
        assertTrue(arrived.lost() <= net.unreadAtB(), () -> arrived + net.losses() + vanth.log());
        NumberedStream.Report returned = back.stop();
        assertTrue(returned.lost() <= net.unreadByHostA(), () -> returned + net.losses() + vanth.log());
        System.out.printf("[lab] reload: %s: %d datagrams there, %d back%n", link.name(), arrived.received(),
                returned.received());
    }

    /// The second tunnel becomes `other`.
    private void becomes(String plan, Link other) {
        change(plan, List.of(first, other, third), this::reload);
    }

    private void reload(String plan, List<Link> next) {
        Command.Result applied = vanth.reload(next.toArray(Link[]::new));
        assertEquals(0, applied.exit(), applied.all());
        assertEquals(List.of(plan), lines(applied.all()), "what is done is what was planned");
    }

    private void thirdGoes() {
        change("pair2 removed, cost drop", List.of(first, second), this::reload);
    }

    private void goesBySignal(Link gone) {
        change("pair1 removed, cost drop", List.of(first, third), (_, _) -> vanth.hangUp(first, third));
        vanth.awaitLog("plan: pair1 removed, cost drop: ");
        swan.awaitGone(gone);
    }

    private void change(String plan, List<Link> next, BiConsumer<String, List<Link>> apply) {
        swan.reload(net.atB(next));
        Map<String, String> before = spis();
        int logged = vanth.log().length();
        assertEquals(List.of(plan), lines(vanth.plan(next.toArray(Link[]::new))));
        assertEquals(before, spis(), "a plan changes nothing");
        apply.accept(plan, next);
        Map<String, String> expected = new TreeMap<>();
        Stream.concat(now.stream(), next.stream()).forEach(each -> expected.put(each.name(), NONE));
        String name = plan.replaceFirst("[ /].*", "");
        String cost = plan.replaceFirst(".* cost ", "");
        expected.put(name, plan.contains(" added,") ? ADDED : plan.contains(" removed,") ? REMOVED : cost);
        Await.until("what was planned has happened: " + plan, Await.LIMIT,
                () -> happened(before, logged).equals(expected),
                () -> happened(before, logged) + " instead of " + expected + "\n" + vanth.log());
        now = next;
    }

    /// What is seen to have happened to each tunnel, whatever was said.
    private Map<String, String> happened(Map<String, String> before, int logged) {
        Map<String, String> after = spis();
        List<String> downs = vanth.log().substring(logged).lines().filter(line -> line.contains("tunnel down"))
                .toList();
        Map<String, String> happened = new TreeMap<>();
        List<String> names = new ArrayList<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            boolean wentDown = downs.stream().anyMatch(line -> line.contains(name));
            boolean upAgain = !after.getOrDefault(name, "").isEmpty();
            boolean same = after.getOrDefault(name, "").equals(before.getOrDefault(name, ""));
            happened.put(name, !before.containsKey(name)
                    ? ADDED
                    : !after.containsKey(name)
                            ? REMOVED
                            : wentDown ? upAgain ? "restart" : "down" : same ? NONE : "rekey");
        }
        return happened;
    }

    private static List<String> lines(String plan) {
        return plan.lines().filter(each -> each.startsWith("pair")).map(each -> each.replaceFirst(": .*", "")).toList();
    }

    /// The SPIs of each tunnel that is configured; empty of one that is not up.
    private Map<String, String> spis() {
        Map<String, String> all = new TreeMap<>();
        vanth.status().path("connections").forEach(connection -> {
            JsonNode sa = connection.path("tunnels").path(0).path("sa");
            all.put(connection.path("name").asText(), (sa.path("inbound").path("spi").asText() + " "
                    + sa.path("outbound").path("spi").asText()).strip());
        });
        return all;
    }
}
