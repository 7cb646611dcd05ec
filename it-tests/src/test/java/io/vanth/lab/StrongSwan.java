package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// charon on a gateway, with its userspace ESP unless told otherwise, driven through its vici socket.
final class StrongSwan implements AutoCloseable {
    private static final String CHARON = "/usr/lib/ipsec/charon";
    private static final Pattern ISAKMP = Pattern.compile("(?m)^(\\S+): #\\d+, ESTABLISHED");
    private static final Pattern CHILD = Pattern.compile("(?m)^  (\\S+): #\\d+, reqid \\d+, INSTALLED");

    private final Site site;
    private final Path folder;
    private final int interfaceId;
    private Daemon charon;

    private StrongSwan(Site site, Path folder, int interfaceId) {
        this.site = site;
        this.folder = folder;
        this.interfaceId = interfaceId;
    }

    /// Starts it with the ESP that the links want, and loads the connections.
    static StrongSwan start(Site site, List<Link> links) {
        return switch (links.getFirst().plane()) {
            case USERSPACE -> start(site, links, SwanctlConfig.USERSPACE_ESP);
            case KERNEL -> onKernel(site, links);
        };
    }

    /// Starts it with the ESP of the kernel, which must have one, and loads the connections.
    static StrongSwan onKernel(Site site, List<Link> links) {
        return start(site, links, SwanctlConfig.KERNEL_ESP);
    }

    /// The same, with all tunnels through the XFRM interface of that number, which is there.
    static StrongSwan routeBased(Site site, int interfaceId, List<Link> links) {
        return start(site, links, SwanctlConfig.KERNEL_ESP, interfaceId);
    }

    private static StrongSwan start(Site site, List<Link> links, String esp) {
        return start(site, links, esp, 0);
    }

    private static StrongSwan start(Site site, List<Link> links, String esp, int interfaceId) {
        StrongSwan swan = new StrongSwan(site, site.lab().folder("strongswan-" + site.name()), interfaceId);
        site.lab().folder("strongswan-" + site.name() + "/run");
        write(swan.folder.resolve("strongswan.conf"), SwanctlConfig.daemon(swan.folder, swan.socket(),
                links.getFirst().datagram(), esp));
        swan.write(links);
        site.lab().own(swan);
        swan.start();
        return swan;
    }

    private void write(List<Link> links) {
        write(folder.resolve("swanctl.conf"), SwanctlConfig.connections(links, interfaceId));
        links.forEach(link -> link.local().proof().ifPresent(proof -> proof.writeForSwanctl(folder, link)));
    }

    /// Has it take over other connections and credentials; what is up goes on.
    void reload(Link... links) {
        write(List.of(links));
        load();
    }

    private void load() {
        swanctl("--load-all", "--clear", "--file", folder.resolve("swanctl.conf").toString()).checked();
    }

    /// Starts it again, after it ended, with the same connections.
    void start() {
        Path settings = folder.resolve("strongswan.conf");
        charon = site.gateway().startWithOwnRun("charon", folder.resolve("charon.out"), folder.resolve("run"),
                Map.of("STRONGSWAN_CONF", settings.toString()), List.of("nice", "-n", "-20", CHARON));
        Await.until("charon answers", Await.LIMIT, () -> swanctl("--stats").run().exit() == 0, charon::log);
        load();
    }

    /// Makes it the initiator; fails when it does not come up.
    void up(Link link) {
        Command.Result result = tryUp(link);
        if (result.exit() != 0) {
            throw new AssertionError("strongSwan could not bring up " + link.name() + "\n" + result.all());
        }
    }

    /// Makes it the initiator, however it ends.
    Command.Result tryUp(Link link) {
        return swanctl("--initiate", "--ike", link.name(), "--child", Link.TUNNEL, "--timeout", "20").run();
    }

    /// Makes it the initiator, and does not wait for what comes of it.
    void begin(Link link) {
        swanctl("--initiate", "--ike", link.name(), "--child", Link.TUNNEL, "--timeout", "1").run();
    }

    /// Negotiates new keys for the tunnel.
    void rekey(Link link) {
        swanctl("--rekey", "--ike", link.name(), "--child", Link.TUNNEL).checked();
    }

    /// Ends what it has of a connection, if it has anything, without waiting for the peer.
    void forget(Link link) {
        swanctl("--terminate", "--ike", link.name(), "--force", "--timeout", "5").run();
    }

    void down(Link link) {
        swanctl("--terminate", "--ike", link.name(), "--timeout", "20").checked();
    }

    /// How many ISAKMP SAs of the connection are established.
    long isakmpSas(Link link) {
        return ISAKMP.matcher(sas(link)).results().count();
    }

    /// How many IPsec SA pairs of the connection are in use.
    long ipsecSas(Link link) {
        return CHILD.matcher(sas(link)).results().count();
    }

    boolean isUp(Link link) {
        return isakmpSas(link) > 0 && ipsecSas(link) > 0;
    }

    /// As `swanctl --list-sas` prints them.
    String sas(Link link) {
        return swanctl("--list-sas", "--ike", link.name()).checked();
    }

    void awaitUp(Link link) {
        awaitUp(link, Await.LIMIT);
    }

    void awaitUp(Link link, Duration limit) {
        Await.until("strongSwan has SAs of " + link.name(), limit, () -> isUp(link), this::log);
    }

    /// Waits until it has no SA of the connection left.
    void awaitGone(Link link) {
        Await.until("strongSwan has no SA of " + link.name(), Await.LIMIT, () -> sas(link).isBlank(), () -> sas(link));
    }

    /// How often an IPsec SA of the connection was established, as initiator or responder.
    long establishedCount() {
        return Pattern.compile("CHILD_SA " + Link.TUNNEL + "\\{\\d+\\} established").matcher(log()).results().count();
    }

    /// Every line of its log that matches.
    List<String> logged(String regex) {
        return Pattern.compile("(?m)^.*" + regex + ".*$").matcher(log()).results().map(MatchResult::group).toList();
    }

    String log() {
        return Daemon.read(folder.resolve("charon.log"));
    }

    /// From now on its log has the keys that it derives, in hex.
    void logKeys() {
        Path settings = folder.resolve("strongswan.conf");
        write(settings, Daemon.read(settings).replace("default = 1\n", "default = 1\n      ike = 4\n      chd = 4\n"));
        swanctl("--reload-settings").checked();
    }

    /// kill -9: no peer is told.
    void kill() {
        charon.kill();
    }

    /// SIGTERM: deletes its SAs at the peers.
    int terminate() {
        return charon.terminate();
    }

    private Path socket() {
        return site.lab().socket("vici-" + site.name());
    }

    private Command swanctl(String verb, String... words) {
        String[] command = new String[words.length + 4];
        command[0] = "swanctl";
        command[1] = verb;
        command[2] = "--uri";
        command[3] = "unix://" + socket();
        System.arraycopy(words, 0, command, 4, words.length);
        return Command.of(command).environment("SWANCTL_DIR", folder.toString()).limit(Duration.ofMinutes(1));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        charon.close();
    }
}
