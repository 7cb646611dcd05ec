package io.vanth.lab.kernel;

import io.vanth.dataplane.netlink.testkit.XfrmInterfaceModule;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The files that the guest starts from.
final class GuestFiles {
    private GuestFiles() {}

    /// The first process. It begins on the host's root, read-only, and goes on above it on the overlay. Two modules are
    /// not loaded by who needs them: a socket's policy (`IP_XFRM_POLICY`) is an invalid argument without `xfrm_user`.
    ///
    /// @param modules what else can be loaded
    static String init(Path shared, Path folder, Optional<Path> modules) {
        return """
            #!/bin/sh
            export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 VANTH_LABS=required JAVA_HOME='%s'
            share='%s'
            if [ "$1" != overlaid ]; then
                mount -t proc proc /proc
                mount -t tmpfs tmpfs /run
                mkdir -p /run/kernel/lib /run/upper /run/work /run/root
                ln -s /usr/lib/uml/modules /run/kernel/lib/modules
                modprobe -d /run/kernel overlay
                mount -t overlay overlay -o lowerdir=/,upperdir=/run/upper,workdir=/run/work /run/root ||
                    exec poweroff -f
                umount /proc
                mount --move /dev /run/root/dev
                cd /run/root
                exec chroot . "$0" overlaid
            fi
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            mount -t tmpfs tmpfs /run
            mkdir -p /dev/shm /dev/pts /lib/modules
            mount -t tmpfs tmpfs /dev/shm
            mount -t devpts devpts /dev/pts
            mount -t hostfs hostfs "$share" -o "$share"
            rm -rf "/lib/modules/$(uname -r)"
            ln -s "/usr/lib/uml/modules/$(uname -r)" "/lib/modules/$(uname -r)"
            modprobe -a tun xfrm_user
            export %s='%s'
            %s
            ip link set lo up
            # One processor: what several senders give to their interfaces at once waits here for its turn.
            echo 100000 > /proc/sys/net/core/netdev_max_backlog
            cd '%s'
            "$JAVA_HOME/bin/java" @java > tests.log 2>&1
            poweroff -f
            """.formatted(System.getProperty("java.home"), shared, XfrmInterfaceModule.WANTED,
                ExtraModules.required(), modules.map(GuestFiles::loading).orElse(""), folder);
    }

    private static String loading(Path modules) {
        return "modprobe -a " + ExtraModules.NEEDED + ExtraModules.FILES.stream()
                .map(file -> "; insmod '%s'".formatted(modules.resolve(file))).collect(Collectors.joining());
    }

    /// Words for `java`, one in each line.
    static String arguments(String heap, Path report, Path taken, String classes) {
        Stream<String> options = Stream.of(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED");
        Stream<String> properties = System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("vanth.")).sorted()
                .map(name -> "-D%s=%s".formatted(name, System.getProperty(name)));
        Stream<String> program = Stream.of("-cp", classPath(), GuestMain.class.getName(), report.toString(),
                taken.toString(), classes);
        return Stream.of(options, properties, program).flatMap(words -> words).map(GuestFiles::quoted)
                .collect(Collectors.joining("\n"));
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String quoted(String word) {
        return "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
