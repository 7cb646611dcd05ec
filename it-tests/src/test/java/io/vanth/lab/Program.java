package io.vanth.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Software that a lab runs and that is not part of this project.
enum Program {
    /// Namespaces, addresses, routes.
    IP("ip", "iproute2"),
    /// Address translation and loss.
    NFT("nft", "nftables"),
    /// Echo requests.
    PING("ping", "iputils-ping"),
    /// Address translation in the old way, where a kernel lacks that of nftables.
    IPTABLES("iptables-legacy", "iptables"),
    /// Bulk traffic.
    IPERF("iperf3", "iperf3"),
    /// What is on the wire.
    TCPDUMP("tcpdump", "tcpdump"),
    /// A name server.
    DNSMASQ("dnsmasq", "dnsmasq-base"),
    /// Probes of phase 1.
    SCAN("ike-scan", "ike-scan"),
    /// Requests to the API.
    CURL("curl", "curl"),
    /// Scrapes the metrics, and checks their rules.
    PROMETHEUS("prometheus promtool", "prometheus"),
    /// Answers OCSP.
    OPENSSL("openssl", "openssl"),
    /// A browser, and what drives it.
    CHROMIUM("chromium chromedriver", "chromium chromium-driver"),
    /// Containers, and what their files are made of where no registry is.
    CONTAINERS("dockerd docker debootstrap", "docker.io debootstrap"),
    /// A kernel with IPsec that runs as a process, and what loads its modules.
    LINUX("linux.uml modprobe", "user-mode-linux kmod"),
    /// What starts services, and their journal.
    SYSTEMD("systemd systemctl journalctl", "systemd"),
    /// The peer, with its userspace ESP.
    STRONGSWAN("charon swanctl plugins/libstrongswan-kernel-libipsec.so",
            "strongswan-charon libstrongswan-standard-plugins libstrongswan-extra-plugins libcharon-extra-plugins "
                    + "strongswan-swanctl");

    private static final List<Path> FOLDERS = Stream
            .of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/ipsec").map(Path::of).toList();

    private final String files;
    private final String packages;

    Program(String files, String packages) {
        this.files = files;
        this.packages = packages;
    }

    /// Debian's names of the packages that hold it.
    List<String> packages() {
        return words(packages);
    }

    boolean present() {
        return words(files).stream()
                .allMatch(file -> FOLDERS.stream().anyMatch(folder -> Files.exists(folder.resolve(file))));
    }

    private static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }
}
