package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-8: the status page in a real browser, while tunnels come up, go down and cannot be had.
@InLab({Program.IP, Program.NFT, Program.PING, Program.IPERF, Program.TCPDUMP, Program.STRONGSWAN, Program.CHROMIUM})
final class PageIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String TOKEN = "t7Qm2xVb9LwK4sZr6NfY1cHd8GpJ3aEu";
    private static final String PAGE = "http://127.0.0.1:9465/";
    private static final String ENTER = "\uE007";
    private static final String ESCAPE = "\uE00C";
    /// A name that a peer has chosen for itself.
    private static final String HOSTILE = "<img src=x onerror=document.title='owned'><b>b2.example</b>";
    private static final int PER_SECOND = 200;

    @Test
    void showsWhatIsSo(Lab lab) throws Exception {
        var net = lab.siteToSite(3);
        Link good = net.link(0);
        Link otherKey = net.link(1);
        Link liar = net.link(2);
        Link liarsView = net.atB(liar);
        StrongSwan swan = net.b().strongSwan(net.atB(good), net.atB(otherKey).secret("something else"),
                liarsView.local(liarsView.local().id("fqdn:" + HOSTILE)));
        Vanth vanth = net.a().vanth(
                Besides.control("listen: \"127.0.0.1:9465\", token: {file: \"%s\"}".formatted(token(lab))), good,
                otherKey, liar);
        Browser browser = Browser.start(lab, net.a().gateway());
        browser.screen(1280, 800, "light");
        entersWithTheToken(browser);
        comesUp(browser, net, good);
        explainsFailures(browser, swan, otherKey, liar);
        fitsScreens(browser);
        goesDown(browser, swan, good);
        isLostAndFound(browser, vanth);
        assertEquals(List.of(), browser.console().stream().filter(each -> !each.contains("Failed to load resource"))
                .toList(), "nothing broke, and the policy had nothing to forbid");
    }

    private static Path token(Lab lab) throws IOException {
        Path file = Files.writeString(lab.folder("control").resolve("token"), TOKEN + "\n").toAbsolutePath();
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String tunnel(Link link, String state) {
        return "[data-tunnel='%s'][data-state=%s]".formatted(link.tunnel(), state);
    }

    private static String button(String verb, Link link) {
        return "[data-connection=%s] > .actions button[aria-label^='%s']".formatted(link.name(), verb);
    }

    private static void entersWithTheToken(Browser browser) {
        browser.open(PAGE);
        browser.awaits("#access");
        assertEquals(0, browser.count("#content"), "nothing is shown without the token");
        browser.screenshot(SCREENSHOTS.resolve("token.png"));
        browser.type("#token", "x" + TOKEN + ENTER);
        browser.awaitText("#refused", "missing or wrong");
        browser.type("#token", TOKEN + ENTER);
        browser.awaitText("#summary", "0 of 3 tunnels up");
        assertEquals("{\"vanth-token\":\"" + TOKEN + "\"}", browser.run("return {...sessionStorage}").toString());
        assertEquals("[0,\"\",\"%s\"]".formatted(PAGE),
                browser.run("return [localStorage.length, document.cookie, location.href]").toString());
    }

    /// When the page shows a state is noted in the page.
    private static void comesUp(Browser browser, Topology net, Link good) {
        browser.run("""
            window.shown = {};
            new MutationObserver(all => all.forEach(each =>
              window.shown[each.target.dataset.state] ??= Date.now())).observe(
                document.querySelector("[data-tunnel='%s']"), {attributeFilter: ['data-state']})
            """.formatted(good.tunnel()));
        browser.click(button("Bring", good));
        browser.awaits(tunnel(good, "up"));
        awaitsEvent(browser, "up");
        browser.awaitText("#spoken", good.tunnel() + " is up");
        browser.awaitText("[data-tunnel='%s'] dl".formatted(good.tunnel()), "aes128gcm16");
        NumberedStream stream = net.traffic(good).aToB(PER_SECOND, PER_SECOND * 4);
        browser.awaitText("[data-tunnel='%s'] .rates .outbound".formatted(good.tunnel()), "kbit/s");
        stream.report();
        net.traffic(good).pingBothWays();
        browser.awaitText("[data-tunnel='%s'] .health".formatted(good.tunnel()), "Last packet in");
        browser.click(button("Rekey", good));
        browser.awaits("[data-event=tunnel_rekeyed]");
    }

    /// Tells how long after the event the page had it.
    private static void awaitsEvent(Browser browser, String state) {
        browser.awaits("[data-event=tunnel_%s]".formatted(state));
        JsonNode late = browser.run("return window.shown['%s'] - Date.parse(document.querySelector("
                .formatted(state) + "'[data-event=tunnel_%s]').dataset.at)".formatted(state));
        System.out.printf("[lab] the page shows %s after %d ms%n", state, late.asLong());
    }

    private static void explainsFailures(Browser browser, StrongSwan swan, Link otherKey, Link liar) {
        swan.begin(otherKey);
        browser.awaitText("[data-failure=%s]".formatted(otherKey.name()), "pre-shared keys differ");
        browser.awaitText("[data-failure=%s] .remedy".formatted(otherKey.name()),
                "Put the same key into connections.%s.psk here".formatted(otherKey.name()));
        browser.awaits("[data-event=negotiation_failed]");
        swan.begin(liar);
        browser.awaitText("[data-failure=%s] .what".formatted(liar.name()), HOSTILE);
        browser.awaitText("[data-connection=%s]".formatted(liar.name()), HOSTILE);
        assertEquals(0, browser.run("return document.querySelectorAll('img, li b b, p b').length").asInt());
        assertTrue(browser.run("return document.title").asText().startsWith("1 of 3 up"));
        browser.type(button("Explain", otherKey), ENTER);
        browser.awaitText("dialog.why", "pre-shared keys differ");
        browser.type("dialog.why button", ESCAPE);
        browser.run("document.querySelectorAll('details').forEach(each => each.open = true)");
    }

    private static void fitsScreens(Browser browser) {
        for (String colours : List.of("light", "dark")) {
            fits(browser, 1280, 800, colours);
            fits(browser, 360, 740, colours);
        }
        browser.screen(1280, 800, "light");
    }

    private static void fits(Browser browser, int width, int height, String colours) {
        browser.screen(width, height, colours);
        String screen = "%s-%dx%d".formatted(colours, width, height);
        browser.screenshot(SCREENSHOTS.resolve(screen + ".png"));
        assertEquals("[]", browser.run(PageScripts.TOO_WIDE.formatted(width)).toString(), "too wide at " + screen);
        assertEquals("[]", browser.run(PageScripts.FAINT).toString(), "contrast at " + screen);
        assertEquals("[]", browser.run(PageScripts.NAMELESS).toString());
    }

    private static void goesDown(Browser browser, StrongSwan swan, Link good) {
        browser.click(button("Take", good));
        browser.type("#down button[value=no]", ESCAPE);
        assertEquals(1, browser.count(tunnel(good, "up")), "it was not confirmed");
        browser.type(button("Take", good), ENTER);
        browser.screenshot(SCREENSHOTS.resolve("down.png"));
        browser.type("#down button[value=yes]", ENTER);
        browser.awaits(tunnel(good, "down"));
        awaitsEvent(browser, "down");
        swan.awaitGone(good);
    }

    private static void isLostAndFound(Browser browser, Vanth vanth) {
        vanth.kill();
        browser.awaitText("#lost", "No answer from the daemon");
        assertEquals(3, browser.count("[data-tunnel][data-state=unknown]"),
                "the last state is not shown as the present");
        browser.screenshot(SCREENSHOTS.resolve("lost.png"));
        vanth.start();
        browser.awaitText("#summary", "0 of 3 tunnels up");
        assertEquals(0, browser.count("#lost"));
        assertEquals(0, browser.count("[data-state=unknown]"));
        browser.run("document.querySelector('#leave').click()");
        browser.awaits("#access");
        assertEquals("[0,0]",
                browser.run("return [sessionStorage.length, document.querySelectorAll('[data-tunnel]').length]")
                        .toString());
    }
}
