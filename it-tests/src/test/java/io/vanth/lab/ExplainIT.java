package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-5: each cause of a failure is named with its remedy, by the daemon and from a capture. The cases are connections of
/// one pair of daemons. [CertificateIT] and [RevocationIT] have what may be wrong with a peer's certificate; a line for
/// each case is in the output of all three.
@InLab
final class ExplainIT {
    private static final Besides QUICK = Besides.settings("retransmit: {first: 1s, factor: 1.5, tries: 1}");
    private static final int BESIDES = 4;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyCauseIsNamedWithItsRemedy(Lab lab) {
        List<FailureCase> cases = FailureCase.all();
        var net = lab.siteToSite(Middle.ROUTER, cases.size());
        List<Link> links = IntStream.range(0, cases.size())
                .mapToObj(index -> cases.get(index).ours().apply(net.link(index))).toList();
        var tap = WireTap.messages(net.a(), Topology.ROUTER);
        lose(net, cases);
        var swan = net.b().strongSwan(IntStream.range(0, cases.size()).filter(index -> cases.get(index).hasPeer())
                .mapToObj(index -> cases.get(index).theirs().apply(net.atB(links.get(index))))
                .toArray(Link[]::new));
        var vanth = net.a().vanth(QUICK, links.toArray(Link[]::new));
        List<Executable> checks = new ArrayList<>();
        besides(cases(cases, each -> each.began().isEmpty()), index -> swan.begin(links.get(index)));
        int[] begun = cases(cases, each -> !each.began().isEmpty()).toArray();
        besides(Arrays.stream(begun), index -> vanth.begin(links.get(index)));
        Arrays.stream(begun).forEach(index -> checks.add(said(cases.get(index), Role.INITIATOR, links.get(index),
                vanth, cases.get(index).began())));
        besides(cases(cases, each -> !each.began().isEmpty() && !each.answered().isEmpty()), index -> {
            vanth.down(links.get(index));
            swan.forget(links.get(index));
            swan.begin(links.get(index));
        });
        cases(cases, each -> !each.answered().isEmpty()).forEach(index -> checks.add(said(cases.get(index),
                Role.RESPONDER, links.get(index), vanth, cases.get(index).answered())));
        tap.stop();
        checks.addAll(captured(cases, links, vanth, tap.file()));
        assertAll(checks);
    }

    private static IntStream cases(List<FailureCase> cases, Predicate<FailureCase> which) {
        return IntStream.range(0, cases.size()).filter(index -> which.test(cases.get(index)));
    }

    /// Each takes about a second, most of it waiting.
    private static void besides(IntStream which, IntConsumer task) {
        try (ExecutorService threads = Executors.newFixedThreadPool(BESIDES)) {
            List<Future<?>> begun = which.<Future<?>>mapToObj(index -> threads.submit(() -> task.accept(index)))
                    .toList();
            for (Future<?> each : begun) {
                each.get();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }

    private static void lose(Topology net, List<FailureCase> cases) {
        net.router().orElseThrow().nft("""
            table ip explain {
                chain loss {
                    type filter hook forward priority filter
            %s
                }
                chain translation {
                    type nat hook postrouting priority srcnat
            %s
                }
            }
            """.formatted(rules(net, cases, false), rules(net, cases, true)));
    }

    private static String rules(Topology net, List<FailureCase> cases, boolean translating) {
        return IntStream.range(0, cases.size()).filter(index -> cases.get(index).lost().contains("snat") == translating)
                .mapToObj(index -> cases.get(index).lost().replace("PEER", net.link(index).remote().address())
                        .replace("; ", "\n"))
                .collect(Collectors.joining("\n"));
    }

    /// Waits until the daemon says it; what it says by then is judged when all cases have been tried.
    private static Executable said(FailureCase each, Role role, Link link, Vanth vanth, List<String> words) {
        long end = System.nanoTime() + LIMIT.toNanos();
        List<String> wanted = words.stream().map(word -> word.formatted(link.name())).toList();
        String text = vanth.explain(link);
        while (!hasAll(text, wanted) && System.nanoTime() < end) {
            text = vanth.explain(link);
        }
        ExplainTable.print(each.cause(), role, text, wanted);
        String last = text;
        return () -> assertTrue(hasAll(last, wanted), () -> "%s %s: not all of %s in%n%s".formatted(each, role, wanted,
                last));
    }

    private static boolean hasAll(String text, List<String> wanted) {
        String joined = text.replaceAll("\\s+", " ");
        return wanted.stream().allMatch(joined::contains);
    }

    private static List<Executable> captured(List<FailureCase> cases, List<Link> links, Vanth vanth, Path capture) {
        List<JsonNode> accounts = vanth.explain(capture);
        return IntStream.range(0, cases.size()).filter(index -> !cases.get(index).captured().isEmpty())
                .mapToObj(index -> captured(cases.get(index), links.get(index).name(), accounts.stream()
                        .filter(each -> each.path("name").asText().equals(links.get(index).name())).toList()))
                .toList();
    }

    private static Executable captured(FailureCase each, String name, List<JsonNode> accounts) {
        List<String> wanted = each.captured().stream().map(word -> word.formatted(name)).toList();
        var named = accounts.stream()
                .filter(account -> !account.at("/failures/0/scene/role").asText().equals("responder"))
                .filter(account -> hasAll(account.toString(), wanted)).findFirst();
        named.ifPresentOrElse(account -> ExplainTable.print(each.cause(), account, wanted),
                () -> ExplainTable.print(each.cause(), "from capture", List.of("NOT NAMED | "), List.of()));
        return () -> assertTrue(named.isPresent(), () -> "%s: not all of %s in%n%s".formatted(each, wanted, accounts));
    }

    /// A tunnel that was up.
    @Test
    void whatEndsATunnelIsNamedWithItsRemedy(Lab lab) {
        var net = lab.siteToSite(Middle.ROUTER, 2);
        Link deleted = net.link(0);
        Link dead = net.link(1).dpd(Duration.ofSeconds(2), Duration.ofSeconds(6));
        var peers = Peers.of(net, List.of(deleted, dead));
        var tap = WireTap.messages(net.a(), Topology.ROUTER);
        peers.up(Role.INITIATOR, deleted);
        peers.up(Role.INITIATOR, dead);
        net.router().orElseThrow().nft("""
            table ip explain {
                chain loss {
                    type filter hook forward priority filter
                    ip saddr %s drop
                }
            }
            """.formatted(dead.remote().address()));
        peers.swan().down(deleted);
        peers.vanth().awaitDown(deleted);
        peers.vanth().awaitDown(dead);
        ExplainTable.print("the peer deletes", Role.INITIATOR, peers.vanth().assertExplains(deleted,
                List.of("The peer has deleted the tunnel", "Look into the peer's log")));
        ExplainTable.print("the peer is dead", Role.INITIATOR, peers.vanth().assertExplains(dead,
                List.of("did not answer any more", "Check that " + dead.remote().address() + " is up and reachable")));
        tap.stop();
        assertTrue(hasAll(peers.vanth().explain(tap.file()).toString(),
                List.of("dead peer detection", "did not answer any more")));
    }
}
