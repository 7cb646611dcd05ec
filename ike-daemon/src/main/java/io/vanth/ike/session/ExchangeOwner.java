package io.vanth.ike.session;

import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.wire.Bytes;
import java.util.Optional;

/// Who runs an exchange and learns how it ends.
interface ExchangeOwner<R> {
    /// Where its messages go now.
    Path path();

    /// Sends a message on the path.
    void send(Bytes message);

    /// What reports about it name.
    Report.Subject subject();

    /// It ended well.
    void done(R result);

    /// It ended badly; the peer is to be told `answer` where there is one.
    void failed(Failure failure, Optional<Integer> answer);

    /// Something is wrong, which may be a forgery, so the exchange waits on.
    void suspects(Failure failure, Optional<Integer> answer);

    /// Nothing is being worked on any more.
    default void rests() {}

    /// From here on messages go over the NAT traversal port.
    void floatPort();

    /// The message that is being taken came from there.
    void heardFrom(Path from);
}
