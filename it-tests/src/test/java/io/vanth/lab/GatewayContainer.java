package io.vanth.lab;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/// Vanth's image as the README says that it is started, on a network with other gateways and on one with its hosts.
final class GatewayContainer extends GenericContainer<GatewayContainer> {
    static final String STARTED = ".* runs with \\d+ connection.*\\n";

    private static final int STOP_SECONDS = 30;

    private final Network inside;
    private final String insideAddress;

    /// How the daemon gets its privileges.
    enum Style {
        /// As root with no others, which nothing can add to.
        ROOT("vanth", "mode=700"),
        /// As another user, by the capabilities of the file that is executed.
        FILE_CAPABILITIES("vanth:nonroot", "mode=700,uid=65532,gid=65532");

        private final String image;
        private final String folder;

        Style(String image, String folder) {
            this.image = image;
            this.folder = folder;
        }

        String image() {
            return image;
        }

        /// Under `no-new-privileges` those of a file count for nothing.
        private List<String> security() {
            return this == ROOT ? List.of("no-new-privileges") : List.of();
        }

        /// Who must own the keys.
        String user() {
            return this == ROOT ? "0" : "65532";
        }
    }

    /// @param files what is at `/etc/vanth`
    GatewayContainer(Style style, Path files, Network outside, String address, Network inside,
            String insideAddress) {
        super(style.image());
        this.inside = inside;
        this.insideAddress = insideAddress;
        withImagePullPolicy(_ -> false);
        withNetwork(outside);
        withCreateContainerCmdModifier(create -> configure(create.withIpv4Address(address), style, files));
        waitingFor(Wait.forLogMessage(STARTED, 1).withStartupTimeout(Duration.ofMinutes(1)));
    }

    private static void configure(CreateContainerCmd create, Style style, Path files) {
        create.withHealthcheck(new HealthCheck().withInterval(Duration.ofSeconds(2).toNanos()));
        create.getHostConfig().withCapDrop(Capability.ALL)
                .withCapAdd(Capability.NET_ADMIN, Capability.NET_BIND_SERVICE)
                .withSecurityOpts(style.security()).withDevices(Device.parse("/dev/net/tun"))
                .withReadonlyRootfs(true).withTmpFs(Map.of("/run/vanth", style.folder))
                .withSysctls(Map.of("net.ipv4.ip_forward", "1", "net.ipv4.conf.all.src_valid_mark", "1"))
                .withBinds(Bind.parse(files + ":/etc/vanth:ro"));
    }

    @Override
    protected void containerIsCreated(String id) {
        getDockerClient().connectToNetworkCmd().withContainerId(id).withNetworkId(inside.getId())
                .withContainerNetwork(new ContainerNetwork().withIpamConfig(
                        new ContainerNetwork.Ipam().withIpv4Address(insideAddress)))
                .exec();
    }

    /// What `docker stop` does; how the daemon ended.
    long stopGently() {
        getDockerClient().stopContainerCmd(getContainerId()).withTimeout(STOP_SECONDS).exec();
        return inspect().getState().getExitCodeLong();
    }

    InspectContainerResponse inspect() {
        return getDockerClient().inspectContainerCmd(getContainerId()).exec();
    }

    /// The daemon's process on this machine.
    long pid() {
        return inspect().getState().getPidLong();
    }
}
