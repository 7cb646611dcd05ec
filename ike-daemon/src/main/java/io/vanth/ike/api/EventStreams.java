package io.vanth.ike.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Server-sent events (HTML Living Standard, section 9.2) for those who listen.
final class EventStreams {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final int MOST = 16;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    /// What may wait in this process for one listener, in bytes; more stays in the feed.
    private static final int WAITING = 65_536;
    /// Shows both sides that the other is there.
    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final int SILENT_BEATS = 4;
    private static final Duration LAST_WORD = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final EventFeed feed;
    private final AtomicInteger near = new AtomicInteger();
    private final AtomicInteger far = new AtomicInteger();

    EventStreams(Vertx vertx, EventFeed feed) {
        this.vertx = vertx;
        this.feed = feed;
    }

    /// Those on TCP must not take the places of those on the control socket.
    void open(Call call) {
        SocketAddress peer = call.request().remoteAddress();
        AtomicInteger open = peer != null && peer.isInetSocket() ? far : near;
        if (open.incrementAndGet() > MOST) {
            open.decrementAndGet();
            call.fail(UNAVAILABLE, "%d listen to events already: end one of them".formatted(MOST));
            return;
        }
        new Stream(call, open).begin(call.header("Last-Event-ID"));
    }

    /// One listener, on the event loop of its connection.
    private final class Stream {
        private final Call call;
        private final AtomicInteger open;
        private final HttpServerResponse response;
        private final Context context = vertx.getOrCreateContext();
        private final AtomicBoolean woken = new AtomicBoolean();
        private final Runnable wake = this::wake;
        private long place;
        private int silent;
        private long timer;
        private boolean ended;

        private Stream(Call call, AtomicInteger open) {
            this.call = call;
            this.open = open;
            this.response = call.request().response();
        }

        private void begin(Optional<String> after) {
            call.stream(OK);
            response.setChunked(true).setWriteQueueMaxSize(WAITING)
                    .drainHandler(_ -> pump()).closeHandler(_ -> end()).exceptionHandler(_ -> end());
            Optional<Long> known = after.flatMap(feed::place);
            // Before anything is said: who hears us expects all that happens from then on.
            place = known.orElseGet(() -> after.isEmpty() ? feed.last() : feed.oldest() - 1);
            response.write(": vanth\n\n");
            if (after.isPresent() && known.isEmpty()) {
                say("missed", "what happened after %s is not remembered in full".formatted(
                        after.get().matches("[a-z0-9-]{1,40}") ? after.get() : "this id"));
            }
            timer = vertx.setPeriodic(BEAT.toMillis(), _ -> beat());
            feed.listen(wake);
            pump();
        }

        /// On any thread.
        private void wake() {
            if (woken.compareAndSet(false, true)) {
                context.runOnContext(_ -> {
                    woken.set(false);
                    pump();
                });
            }
        }

        /// The feed goes on meanwhile: whether something is missing shows in what comes next alone.
        private void pump() {
            Optional<EventFeed.Entry> next = feed.after(place);
            while (!ended && next.isPresent()) {
                EventFeed.Entry entry = next.get();
                if (entry.number() > place + 1) {
                    drop("reads so slowly that what it has not read is not remembered any more");
                } else if (response.writeQueueFull()) {
                    return;
                } else {
                    place = entry.number();
                    response.write("id: %s\nevent: %s\ndata: %s\n\n".formatted(entry.id(), entry.type(), entry.data()));
                    next = feed.after(place);
                }
            }
        }

        private void beat() {
            if (response.writeQueueFull()) {
                silent++;
                if (silent >= SILENT_BEATS) {
                    drop("has read nothing for a minute");
                }
            } else {
                silent = 0;
                response.write(": alive\n\n");
            }
        }

        /// Without an id: it is for this listener alone.
        private void say(String type, String text) {
            response.write("event: %s\ndata: {\"type\":\"%s\",\"text\":\"%s\"}\n\n".formatted(type, type, text));
        }

        private void drop(String reason) {
            LOG.warn("a listener to events is dropped: it {}", reason);
            end();
            say("dropped", "this listener " + reason);
            long last = vertx.setTimer(LAST_WORD.toMillis(), _ -> call.request().connection().close());
            response.end().onComplete(_ -> vertx.cancelTimer(last));
        }

        private void end() {
            if (!ended) {
                ended = true;
                feed.leave(wake);
                vertx.cancelTimer(timer);
                open.decrementAndGet();
            }
        }
    }
}
