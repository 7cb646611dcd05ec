package io.vanth.ike.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// A way to the daemon's API. Its text names it to people.
sealed interface Door permits SocketDoor, NetworkDoor {
    /// A new connection.
    ///
    /// @param patience how long reading may wait before it ends with a [java.net.SocketTimeoutException]
    Line open(Duration patience) throws IOException, Refusal;

    /// The headers of every request, each with its line end.
    String headers() throws Refusal;

    /// Why there is no daemon, and what to do.
    String reason(IOException failed);

    /// A connection.
    ///
    /// @param end closes it
    record Line(InputStream in, OutputStream out, Closeable end) implements Closeable {
        @Override
        public void close() throws IOException {
            end.close();
        }
    }
}
