package io.vanth.lab;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.Network.Ipam;
import io.vanth.lab.GatewayContainer.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/// Two sites as containers: gateways A and B on one network, and a host behind each on networks of their own.
final class ContainerSites implements AutoCloseable {
    private static final String KEY = "correct horse battery staple";

    private final Lab lab;
    private final Network between = network("192.0.2.0/24");
    private final Network lanA = network("10.1.0.0/24");
    private final Network lanB = network("10.2.0.0/24");
    private final GenericContainer<?> hostA;
    private final GenericContainer<?> hostB;

    ContainerSites(Lab lab, String debian) {
        this.lab = lab;
        this.hostA = host(debian, lanA, "10.1.0.10", "ip route add 10.2.0.0/16 via 10.1.0.2");
        this.hostB = host(debian, lanB, "10.2.0.10", "ip route add 10.1.0.0/16 via 10.2.0.2");
    }

    /// What gateway A knows of the tunnel.
    static Link link() {
        return Link.between("sites", new Link.Endpoint("192.0.2.11", "192.0.2.11", "10.1.0.0/24", "10.1.0.10"),
                new Link.Endpoint("192.0.2.12", "192.0.2.12", "10.2.0.0/24", "10.2.0.10"))
                .start(Link.Start.ALWAYS);
    }

    private static Network network(String subnet) {
        return Network.builder().createNetworkCmdModifier(
                create -> create.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(subnet)))).build();
    }

    private static GenericContainer<?> host(String image, Network network, String address, String route) {
        GenericContainer<?> host = new GenericContainer<>(image).withImagePullPolicy(_ -> false).withNetwork(network)
                .withCommand("sh", "-c", route + " && exec sleep infinity")
                .withCreateContainerCmdModifier(create -> {
                    create.withIpv4Address(address).getHostConfig().withCapAdd(Capability.NET_ADMIN).withInit(true);
                });
        host.start();
        return host;
    }

    /// Vanth at A.
    GatewayContainer gatewayA(Style style) throws IOException {
        return new GatewayContainer(style, files("gateway-a", style, link()), between, "192.0.2.11", lanA,
                "10.1.0.2");
    }

    /// Vanth at B, which waits for A.
    GatewayContainer gatewayB(Style style) throws IOException {
        return new GatewayContainer(style, files("gateway-b", style, link().mirror().start(Link.Start.PASSIVE)),
                between, "192.0.2.12", lanB, "10.2.0.2");
    }

    private Path files(String name, Style style, Link link) throws IOException {
        Path folder = lab.folder(name);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path key = Files.writeString(folder.resolve("sites.psk"), KEY);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Command.of("chown", style.user(), key.toString()).checked();
        Files.writeString(folder.resolve("vanth.yaml"), """
            log: {format: json}
            metrics: {listen: "0.0.0.0:9464"}
            connections:
              sites:
                local: %s
                remote: %s
                psk: {file: sites.psk}
                tunnels:
                  lan: {local: %s, remote: %s, start: %s}
            """.formatted(link.local().address(), link.remote().address(), link.local().network(),
                link.remote().network(), link.start() == Link.Start.ALWAYS ? "always" : "passive"));
        return folder;
    }

    /// strongSwan at B, which waits for A.
    GenericContainer<?> strongSwanB(String debian) throws IOException {
        Link link = link().mirror().start(Link.Start.PASSIVE).secret(KEY);
        Path folder = lab.folder("strongswan-b");
        Files.writeString(folder.resolve("strongswan.conf"), SwanctlConfig.daemon(Path.of("/swan"),
                Path.of("/run/charon.vici"), link.datagram(), SwanctlConfig.USERSPACE_ESP));
        Files.writeString(folder.resolve("swanctl.conf"), SwanctlConfig.connections(List.of(link), 0));
        GenericContainer<?> swan = new GenericContainer<>(debian).withImagePullPolicy(_ -> false)
                .withNetwork(between).withEnv("STRONGSWAN_CONF", "/swan/strongswan.conf")
                .withCommand("/usr/lib/ipsec/charon").withCreateContainerCmdModifier(create -> {
                    create.withIpv4Address(link.local().address()).getHostConfig()
                            .withCapAdd(Capability.NET_ADMIN).withDevices(Device.parse("/dev/net/tun"))
                            .withBinds(Bind.parse(folder + ":/swan"));
                });
        swan.start();
        // The network behind it is its own address in it.
        run(swan, "ip", "address", "add", "10.2.0.10/24", "dev", "lo");
        Await.until("charon takes its connections", Await.LIMIT,
                () -> exit(swan, "swanctl", "--load-all", "--file", "/swan/swanctl.conf", "--uri",
                        "unix:///run/charon.vici") == 0,
                swan::getLogs);
        return swan;
    }

    GenericContainer<?> hostA() {
        return hostA;
    }

    GenericContainer<?> hostB() {
        return hostB;
    }

    /// What a program in a container prints; anything but exit 0 fails.
    static String run(GenericContainer<?> container, String... words) {
        try {
            var result = container.execInContainer(words);
            if (result.getExitCode() != 0) {
                throw new AssertionError("%s: exit %d%n%s%s%n%s".formatted(String.join(" ", words),
                        result.getExitCode(), result.getStdout(), result.getStderr(), container.getLogs()));
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static int exit(GenericContainer<?> container, String... words) {
        try {
            return container.execInContainer(words).getExitCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        hostA.stop();
        hostB.stop();
        lanA.close();
        lanB.close();
        between.close();
    }
}
