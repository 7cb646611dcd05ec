package io.vanth.ike.api;

import io.vanth.ike.runtime.StartException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The right to a control socket, which one process has at a time: by a lock on a file beside it, which goes with the
/// process however it ends. Had before anything is protected or negotiated.
public final class SocketClaim implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketClaim.class);
    private static final String LOCK = ".lock";
    private static final int LONGEST_PID = 20;

    private final FileChannel lock;

    private SocketClaim(FileChannel lock) {
        this.lock = lock;
    }

    /// Takes the right to `socket`, and makes sure that a socket can be opened there.
    public static SocketClaim take(Path socket) throws StartException {
        Path own = socket.toAbsolutePath();
        FileChannel lock = null;
        boolean done = false;
        try {
            prepareFolder(own);
            lock = locked(own);
            makeRoom(own);
            try (var probe = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                probe.bind(UnixDomainSocketAddress.of(own));
            }
            Files.delete(own);
            done = true;
            return new SocketClaim(lock);
        } catch (IOException refused) {
            throw refusal(own, refused);
        } finally {
            if (!done && lock != null) {
                close(lock);
            }
        }
    }

    /// Removes what a dead daemon left at `socket`, whose folder is made where it is absent.
    ///
    /// @throws StartException when somebody answers there
    static void prepare(Path socket) throws StartException {
        try {
            prepareFolder(socket);
            makeRoom(socket);
        } catch (IOException refused) {
            throw refusal(socket, refused);
        }
    }

    private static StartException refusal(Path socket, IOException refused) {
        return new StartException("the control socket %s cannot be made: %s; choose another control.socket"
                .formatted(socket, refused), refused);
    }

    private static void prepareFolder(Path socket) throws IOException {
        if (!Files.isDirectory(socket.getParent())) {
            Files.createDirectories(socket.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /// What somebody has laid a link to is theirs to lose, not the daemon's to empty.
    private static FileChannel locked(Path socket) throws IOException, StartException {
        FileChannel lock = FileChannel.open(socket.resolveSibling(socket.getFileName() + LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        boolean done = false;
        try {
            if (lock.tryLock() == null) {
                throw runsAlready("process %s".formatted(holder(lock)), socket);
            }
            lock.truncate(0).write(ByteBuffer.wrap("%d\n".formatted(ProcessHandle.current().pid())
                    .getBytes(StandardCharsets.US_ASCII)), 0);
            done = true;
            return lock;
        } catch (OverlappingFileLockException own) {
            throw runsAlready("this process", socket);
        } finally {
            if (!done) {
                close(lock);
            }
        }
    }

    private static String holder(FileChannel lock) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(LONGEST_PID);
        lock.read(read, 0);
        return new String(read.array(), 0, read.position(), StandardCharsets.US_ASCII).strip();
    }

    private static void makeRoom(Path socket) throws IOException, StartException {
        if (Files.exists(socket)) {
            if (answers(socket)) {
                throw runsAlready("a daemon", socket);
            }
            Files.delete(socket);
        }
    }

    private static StartException runsAlready(String who, Path socket) {
        return new StartException(
                "Vanth runs already here: %s has the control socket %s; stop it, or give this one a control.socket and a dataPlane.interface of its own"
                        .formatted(who, socket));
    }

    private static boolean answers(Path socket) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobody) {
            LOG.debug("{} is stale", socket, nobody);
            return false;
        }
    }

    private static void close(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException broken) {
            LOG.warn("the lock of the control socket could not be closed", broken);
        }
    }

    /// Lets another process have it. The file of the lock stays: to remove it would leave two in the belief of having it.
    @Override
    public void close() {
        close(lock);
    }
}
