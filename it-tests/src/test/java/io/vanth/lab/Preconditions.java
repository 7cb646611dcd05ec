package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What must be true of the machine before a lab can run.
final class Preconditions {
    private static final boolean REQUIRED = "required".equals(System.getenv("VANTH_LABS"));
    private static final Path TUN = Path.of("/dev/net/tun");
    /// Debian asks this file whether a package may start its services: 101 means no.
    private static final Path POLICY = Path.of("/usr/sbin/policy-rc.d");
    private static final Path LOCK = Path.of(System.getProperty("java.io.tmpdir"), "vanth-labs-install.lock");

    private static final Pattern CAPABILITIES = Pattern.compile("CapEff:\\s+(\\p{XDigit}+)");
    /// capabilities(7): CAP_NET_ADMIN is bit 12, CAP_SYS_ADMIN bit 21.
    private static final long NEEDED_CAPABILITIES = 1L << 12 | 1L << 21;

    private Preconditions() {}

    static boolean required() {
        return REQUIRED;
    }

    /// What is missing, in words for the reader; empty when the lab can run. Installs first where labs are required.
    static synchronized List<String> missing(Collection<Program> programs) {
        List<String> missing = new ArrayList<>(unfitMachine());
        if (!missing.isEmpty()) {
            return missing;
        }
        List<Program> absent = REQUIRED ? installing(programs) : absent(programs);
        if (!absent.isEmpty()) {
            missing.add("absent: " + String.join(", ", packages(absent)) + "; install with: apt-get update && "
                    + String.join(" ", installCommand(absent)));
        }
        return missing;
    }

    private static List<String> unfitMachine() {
        List<String> unfit = new ArrayList<>();
        if (!"Linux".equals(System.getProperty("os.name"))) {
            unfit.add("not Linux");
        } else if (!"root".equals(System.getProperty("user.name"))) {
            unfit.add("not root; run as root: sudo mvn verify");
        } else if (!administersNetworks()) {
            unfit.add("root without CAP_NET_ADMIN and CAP_SYS_ADMIN; run on a machine or in a privileged container");
        } else if (!Files.exists(TUN)) {
            unfit.add("no " + TUN + "; load it with: modprobe tun");
        }
        return unfit;
    }

    /// Root in a container often may not.
    private static boolean administersNetworks() {
        Matcher mask = CAPABILITIES.matcher(Daemon.read(Path.of("/proc/self/status")));
        return mask.find() && (Long.parseUnsignedLong(mask.group(1), 16) & NEEDED_CAPABILITIES) == NEEDED_CAPABILITIES;
    }

    private static List<Program> absent(Collection<Program> programs) {
        return programs.stream().filter(program -> !program.present()).toList();
    }

    private static List<String> packages(Collection<Program> programs) {
        return programs.stream().flatMap(program -> program.packages().stream()).toList();
    }

    private static List<String> installCommand(Collection<Program> programs) {
        List<String> command = new ArrayList<>(List.of("apt-get", "-o", "Acquire::Retries=3", "-o",
                "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends"));
        command.addAll(packages(programs));
        return command;
    }

    /// One JVM at a time: who comes second waits, and finds what it needs, not half of it.
    ///
    /// @return what is absent nevertheless
    private static List<Program> installing(Collection<Program> programs) {
        try (FileChannel file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.lock();
            List<Program> absent = absent(programs);
            if (!absent.isEmpty()) {
                install(absent);
            }
            return absent(programs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void install(Collection<Program> absent) {
        System.out.println("[lab] installing " + String.join(" ", packages(absent)));
        try {
            boolean forbidden = forbidServices();
            try {
                Command.of("apt-get", "-o", "Acquire::Retries=3", "update").checked();
                Command.of(installCommand(absent)).environment("DEBIAN_FRONTEND", "noninteractive").checked();
            } finally {
                if (forbidden) {
                    Files.delete(POLICY);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Keeps the packages from starting a key-exchange daemon of their own on this machine.
    private static boolean forbidServices() throws IOException {
        if (Files.exists(POLICY)) {
            return false;
        }
        Files.writeString(POLICY, "#!/bin/sh\nexit 101\n");
        Files.setPosixFilePermissions(POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
        return true;
    }
}
