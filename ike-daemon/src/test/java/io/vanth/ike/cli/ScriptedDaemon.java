package io.vanth.ike.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Answers on a control socket as a daemon whose every state is written down beforehand.
final class ScriptedDaemon implements AutoCloseable {
    private final ServerSocketChannel server;
    private final String started;
    private final Deque<String> states;
    private final String explanation;
    private final Thread thread;

    /// @param started     the answer to whatever is to be done
    /// @param states      the answers to who asks for the status, the last one again and again
    /// @param explanation the answer to who asks for one
    ScriptedDaemon(Path socket, String started, List<String> states, String explanation) throws IOException {
        this.started = started;
        this.states = new ArrayDeque<>(states);
        this.explanation = explanation;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        thread = Thread.ofPlatform().start(this::serve);
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    answer(client);
                }
            }
        } catch (ClosedChannelException closed) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void answer(SocketChannel client) throws IOException {
        var in = new BufferedReader(Channels.newReader(client, StandardCharsets.US_ASCII));
        String request = in.readLine();
        while (!in.readLine().isEmpty()) {
            // Headers say nothing that matters here.
        }
        String body = request.startsWith("POST")
                ? started
                : request.contains("/explanation") ? explanation : state();
        client.write(ByteBuffer.wrap(("HTTP/1.0 200 OK\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8)));
    }

    private String state() {
        return states.size() > 1 ? states.remove() : states.getFirst();
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
    }
}
