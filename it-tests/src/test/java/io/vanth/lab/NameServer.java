package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A name server on a gateway's loopback address that knows one name. Its answers hold for a second.
final class NameServer implements AutoCloseable {
    private final Site site;
    private final Path folder;
    private Daemon daemon;

    private NameServer(Site site) {
        this.site = site;
        this.folder = site.lab().folder("names-" + site.name());
    }

    static NameServer start(Site site, String name, String... addresses) {
        var server = new NameServer(site);
        server.run(name, addresses);
        return site.lab().own(server);
    }

    /// From now on the name has these addresses.
    void change(String name, String... addresses) {
        daemon.kill();
        run(name, addresses);
    }

    private void run(String name, String... addresses) {
        List<String> records = List.of(addresses).stream().map(each -> each + " " + name).toList();
        Path log = folder.resolve("dnsmasq-%s.log".formatted(String.join("-", addresses)));
        daemon = site.gateway().start("dnsmasq", log, Map.of(), List.of("dnsmasq", "--keep-in-foreground",
                "--log-facility=-", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
                "--listen-address=127.0.0.1", "--bind-interfaces", "--local-ttl=1", "--pid-file=",
                "--addn-hosts=" + write("names", records)));
        daemon.awaitLog("read .*names");
    }

    /// The resolver's configuration that leads here.
    Path resolver() {
        return write("resolv.conf", List.of("nameserver 127.0.0.1"));
    }

    private Path write(String file, List<String> lines) {
        try {
            return Files.write(folder.resolve(file), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        daemon.close();
    }
}
