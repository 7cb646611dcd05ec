package io.vanth.ike.runtime;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.function.Consumer;

/// Sees when an event loop has ended: nothing else tells of it, and what it served is silent from then on.
final class LoopWatch {
    private LoopWatch() {}

    /// @param ended called with the reason for each loop that ends, on whatever thread, at the daemon's own end too
    static void begin(Vertx vertx, Consumer<Throwable> ended) {
        var loops = (VertxInternal) vertx;
        for (EventLoopGroup group : List.of(loops.acceptorEventLoopGroup(), loops.nettyEventLoopGroup())) {
            for (EventExecutor loop : group) {
                loop.terminationFuture().addListener(
                        _ -> ended.accept(new IllegalStateException("an event loop has ended")));
            }
        }
    }
}
