package io.vanth.ike.api;

import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.SteadyClock;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/// A daemon with a connection that nobody answers and a manual SA, whose API is on TCP with a token.
final class ServedDaemon implements AutoCloseable {
    static final String TOKEN = "Zq7wNf2LkV9sXb4TgY1mRc8PdJ5hAe3U";
    static final String PSK = "fj3Kd82mQpz71LwXv";
    static final String MANUAL = "ab5e17c0d4f3928160badc0ffee5a1d2c3b4e5f6";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int NO_MARK = 0;

    private final Path folder;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SilentDataPlane.Provider plane = new SilentDataPlane.Provider(
            new UserspaceDataPlaneProvider(new InMemoryDevices(local -> NatTraversalSocket.open(local, NO_MARK))));
    private final Daemon daemon;
    private final EventFeed events;
    private final ControlApi api;
    private final RemoteServer server;

    ServedDaemon(Path folder) throws Exception {
        this.folder = folder;
        write("psk", PSK);
        write("token", TOKEN + "\n");
        write("vanth.yaml", """
            control: {listen: "127.0.0.1:0", token: {file: token}}
            ports: {ike: %d, natTraversal: %d}
            connections:
              branch:
                local: {address: 127.0.0.1}
                remote: {address: 127.0.0.2}
                psk: {file: psk}
                start: passive
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """.formatted(free(), free()));
        ConfigLoader loader = new ConfigLoader(new Surroundings(_ -> Optional.empty(),
                new ImaginaryMachine().with("lo", LOOPBACK), Set.of("userspace")));
        Configuration configuration = loader.load(file()).configuration().orElseThrow();
        SteadyClock clock = new SteadyClock();
        events = new EventFeed(clock);
        daemon = Daemon.open(new Daemon.Setup("served", configuration,
                plane, true, clock, new SecureRandom(), events::accept, _ -> {}));
        daemon.begin();
        Reload reload = new Reload(daemon, loader, file(), _ -> {});
        api = new ControlApi(daemon, Optional.of(reload), "1.2.3", events);
        server = RemoteServer.open(api, configuration.control().remote().orElseThrow());
        reload.follow(next -> next.control().remote().ifPresent(server::renew));
    }

    private static int free() throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    Path file() {
        return folder.resolve("vanth.yaml");
    }

    SilentDataPlane.Provider plane() {
        return plane;
    }

    EventFeed events() {
        return events;
    }

    ControlApi api() {
        return api;
    }

    int port() {
        return server.port();
    }

    /// The manual SA and a policy for it, as YAML.
    String manual() {
        return """
            manual:
              associations:
                own: {protocol: esp, source: 127.0.0.1, destination: 127.0.0.2, spi: 4096, mode: tunnel,
                      encapsulation: {localPort: %d, remotePort: 4500}, integrity: {algorithm: sha1, key: "%s"}}
              policies:
                all: {local: 10.5.0.0/24, remote: 10.6.0.0/24, action: [esp/tunnel/127.0.0.1-127.0.0.2/require]}
            """.formatted(daemon.configuration().ports().natTraversal(), MANUAL);
    }

    void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    /// A request with the token.
    HttpRequest.Builder request(String method, String path, String body) {
        return bare(method, path, body).header("Authorization", "Bearer " + TOKEN);
    }

    /// A request without it.
    HttpRequest.Builder bare(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).method(method,
                HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        return send(request(method, path, body));
    }

    HttpClient client() {
        return client;
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        daemon.close();
    }
}
