package io.vanth.dataplane.netlink.testkit;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// A network namespace that lives as long as a thread of its own, which is all that is in it: a namespace belongs to a
/// thread, and sockets, devices and child processes belong to that of the thread that made them. Nothing is left behind
/// when the thread ends.
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;

    private static final boolean REQUIRED = "required".equals(System.getenv("VANTH_LABS"));

    private final ExecutorService thread;
    private final int threadId;

    private NetworkNamespace(ExecutorService thread, int threadId) {
        this.thread = thread;
        this.threadId = threadId;
    }

    /// A new namespace with its loopback interface up. The test is skipped where the machine cannot do it, and fails
    /// there under the environment `VANTH_LABS=required`.
    public static NetworkNamespace create() throws Exception {
        require(Files.isWritable(Path.of("/dev/net/tun")), "no writable /dev/net/tun");
        requireTools();
        ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
        int threadId = thread.submit(NetworkNamespace::enter).get();
        if (threadId == -1) {
            thread.shutdown();
        }
        require(threadId != -1, "may not make a network namespace");
        var namespace = new NetworkNamespace(thread, threadId);
        namespace.command("ip", "link", "set", "lo", "up");
        return namespace;
    }

    /// A thread in a namespace that `ip netns` has named, which outlives it.
    public static NetworkNamespace named(String name) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
        return new NetworkNamespace(thread, thread.submit(() -> join("/run/netns/" + name)).get());
    }

    /// By which `ip link set ... netns` knows it.
    public int threadId() {
        return threadId;
    }

    /// Runs `body` in the namespace and gives its result, or throws what it threw.
    public <T> T call(Callable<T> body) throws Exception {
        try {
            return thread.submit(body).get();
        } catch (ExecutionException thrown) {
            if (thrown.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (thrown.getCause() instanceof Error cause) {
                throw cause;
            }
            throw thrown;
        }
    }

    /// Runs `body` in the namespace.
    public void run(Body body) throws Exception {
        call(() -> {
            body.run();
            return true;
        });
    }

    /// Runs a command in the namespace, which must succeed: its output.
    public String command(String... words) throws Exception {
        Result result = attempt(words);
        if (result.status() != 0) {
            throw new IOException(String.join(" ", words) + ": " + result.output());
        }
        return result.output();
    }

    /// Runs a command in the namespace.
    public Result attempt(String... words) throws Exception {
        return call(() -> {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        });
    }

    /// Joins this namespace with another by a pair of Ethernet interfaces, both up, without addresses.
    public void connect(String here, NetworkNamespace other, String there) throws Exception {
        command("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns",
                Integer.toString(other.threadId));
        command("ip", "link", "set", here, "up");
        other.command("ip", "link", "set", there, "up");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /// How a command ended.
    public record Result(int status, String output) {}

    /// What is run in a namespace.
    public interface Body {
        /// Runs it.
        void run() throws Exception;
    }

    @SuppressWarnings("restricted")
    private static int enter() throws Exception {
        Linker linker = Linker.nativeLinker();
        MethodHandle unshare = linker.downcallHandle(linker.defaultLookup().findOrThrow("unshare"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle gettid = linker.downcallHandle(linker.defaultLookup().findOrThrow("gettid"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try {
            return (int) unshare.invokeExact(CLONE_NEWNET) == 0 ? (int) gettid.invokeExact() : -1;
        } catch (Throwable wrongCall) {
            throw new IllegalStateException(wrongCall);
        }
    }

    @SuppressWarnings("restricted")
    private static int join(String path) throws Exception {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(linker.defaultLookup().findOrThrow("open"), FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), Linker.Option.firstVariadicArg(2));
        MethodHandle setns = linker.downcallHandle(linker.defaultLookup().findOrThrow("setns"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle close = linker.downcallHandle(linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle gettid = linker.downcallHandle(linker.defaultLookup().findOrThrow("gettid"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) open.invokeExact(arena.allocateFrom(path), 0);
            int entered = (int) setns.invokeExact(file, CLONE_NEWNET);
            int closed = (int) close.invokeExact(file);
            if (entered != 0 || closed != 0) {
                throw new IOException("cannot enter " + path);
            }
            return (int) gettid.invokeExact();
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable wrongCall) {
            throw new IllegalStateException(wrongCall);
        }
    }

    /// The tests' judges: `ip` and `nft`. Installed first where labs are required.
    private static synchronized void requireTools() throws Exception {
        if (REQUIRED && !(isInstalled("ip") && isInstalled("nft"))) {
            apt("update");
            apt("install", "-y", "--no-install-recommends", "iproute2", "nftables");
        }
        for (String command : List.of("ip", "nft")) {
            require(isInstalled(command), "no command " + command
                    + "; install with: apt-get update && apt-get install -y --no-install-recommends iproute2 nftables");
        }
    }

    private static void apt(String... words) throws Exception {
        var command = new ArrayList<>(List.of("apt-get"));
        command.addAll(List.of(words));
        var process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process running = process.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))).start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assertions.assertEquals(0, running.waitFor(), output);
    }

    private static boolean isInstalled(String command) {
        return List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private static void require(boolean condition, String reason) {
        if (REQUIRED) {
            Assertions.assertTrue(condition, reason);
        }
        Assumptions.assumeTrue(condition, reason);
    }
}
