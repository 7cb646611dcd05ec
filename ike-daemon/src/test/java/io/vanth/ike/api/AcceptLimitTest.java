package io.vanth.ike.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// How many connections a TCP listener of the daemon has at most, and who makes room.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AcceptLimitTest {
    private static final int MOST = 256;
    private static final int MOST_OF_ONE = 192;
    private static final int END = -1;

    @TempDir
    private Path folder;
    private final List<Socket> sockets = new ArrayList<>();
    private ServedDaemon served;
    private NetServer listener;

    /// It greets who says something, and waits for more.
    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "all of 127.0.0.0/8 is this machine");
        served = new ServedDaemon(folder);
        listener = served.api().daemon().vertx().createNetServer().connectHandler(AcceptLimitTest::greet)
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get();
    }

    private static void greet(NetSocket socket) {
        socket.handler(_ -> socket.write(Buffer.buffer("x")));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
        if (served != null) {
            served.close();
        }
    }

    private Socket silent(String from) throws IOException {
        sockets.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), listener.actualPort(),
                InetAddress.ofLiteral(from), 0));
        return sockets.getLast();
    }

    private int connect(String from) throws IOException {
        try {
            Socket socket = silent(from);
            socket.getOutputStream().write('h');
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return END;
        }
    }

    private void fill(String from, int times) throws IOException {
        for (int time = 0; time < times; time++) {
            assertEquals('x', connect(from), from + " has " + time);
        }
    }

    @Test
    void one_address_cannot_take_all_the_places() throws IOException {
        fill("127.0.0.2", MOST_OF_ONE);
        assertEquals(END, connect("127.0.0.2"));
        fill("127.0.0.3", MOST - MOST_OF_ONE);
        assertEquals(END, connect("127.0.0.4"), "there is an end to all of them");
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() == END;
        } catch (SocketException reset) {
            return true;
        }
    }

    /// Honest ones may share the address of those who never begin.
    @Test
    void who_says_nothing_makes_room_for_who_comes_later() throws IOException {
        Socket first = silent("127.0.0.2");
        Socket second = silent("127.0.0.2");
        fill("127.0.0.2", MOST_OF_ONE - 3);
        Socket third = silent("127.0.0.2");
        assertEquals('x', connect("127.0.0.2"));
        assertTrue(isClosed(first));
        assertEquals('x', connect("127.0.0.2"));
        assertTrue(isClosed(second));
        third.getOutputStream().write('h');
        assertEquals('x', third.getInputStream().read(), "it came later than those");
        assertEquals(END, connect("127.0.0.2"), "all have said something");
    }

    /// Several addresses can take all the places.
    @Test
    void who_says_nothing_makes_room_for_another_address_too() throws IOException {
        fill("127.0.0.2", MOST_OF_ONE - 1);
        Socket silent = silent("127.0.0.2");
        fill("127.0.0.3", MOST - MOST_OF_ONE);
        assertEquals('x', connect("127.0.0.4"));
        assertTrue(isClosed(silent));
    }

    @Test
    void who_goes_makes_room() throws IOException {
        fill("127.0.0.2", MOST_OF_ONE);
        sockets.getFirst().close();
        int answer = END;
        while (answer == END) {
            answer = connect("127.0.0.2");
        }
        assertEquals('x', answer);
    }
}
