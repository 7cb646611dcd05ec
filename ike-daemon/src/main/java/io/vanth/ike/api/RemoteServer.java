package io.vanth.ike.api;

import io.vanth.ike.config.Control;
import io.vanth.ike.runtime.StartException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API on TCP, for those who prove to be allowed to use it.
public final class RemoteServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteServer.class);
    private static final long BIND_SECONDS = 5;
    /// For who has proved nothing yet.
    private static final Duration CONNECTION = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 64;
    /// Longer than the slowest answer, and than the pauses of a stream.
    private static final int IDLE_SECONDS = 330;
    /// Of those who have proved it.
    private static final int ADMITTED = 128;
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    /// After which who has gone without a word, and takes nothing any more, is given up.
    private static final Duration UNTAKEN = Duration.ofSeconds(30);
    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_HEADERS = 8192;

    private final ContextInternal context;
    private final BriefConnections connections;
    private final Gate gate;
    private final HttpServer server;
    private Control.Remote current;

    private RemoteServer(ControlApi api, Control.Remote remote) {
        Vertx vertx = api.daemon().vertx();
        current = remote;
        context = api.daemon().besideCore();
        connections = new BriefConnections(vertx, CONNECTION, CONNECTIONS);
        gate = new Gate(remote.token(), remote.tls().filter(each -> each.authorities().isPresent()).isPresent(),
                remote.tls().isEmpty(), api.daemon().setup().clock(), request -> {
                    if (connections.trust(request.connection(), ADMITTED)) {
                        api.routes().handle(request);
                    } else {
                        LOG.warn("there are {} connections to the API already", ADMITTED);
                        request.connection().close();
                    }
                });
        server = vertx.createHttpServer(options(remote)).connectionHandler(connections)
                .requestHandler(api.with(remote.token().isPresent(), gate));
    }

    private static HttpServerOptions options(Control.Remote remote) {
        HttpServerOptions options = new HttpServerOptions(BriefConnections.OPTIONS).setIdleTimeout(IDLE_SECONDS)
                .setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LONGEST_HEADERS)
                .setTcpUserTimeout((int) UNTAKEN.toMillis()).setSslHandshakeTimeout(HANDSHAKE.toSeconds())
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        remote.tls().ifPresent(tls -> {
            options.setSsl(true).setUseAlpn(false).setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                    .setKeyCertOptions(new PemKeyCertOptions().addCertValue(Buffer.buffer(tls.certificate()))
                            .addKeyValue(tls.key().expose(Buffer::buffer)));
            tls.authorities().ifPresent(authorities -> options.setClientAuth(ClientAuth.REQUEST)
                    .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authorities))));
        });
        return options;
    }

    /// Listens where `remote` says, whose secrets have to live as long as this, or until others are taken in their place.
    public static RemoteServer open(ControlApi api, Control.Remote remote) throws StartException {
        RemoteServer opened = new RemoteServer(api, remote);
        InetSocketAddress address = remote.address();
        try {
            Promise<HttpServer> listening = Promise.promise();
            opened.context.runOnContext(_ -> opened.server
                    .listen(address.getPort(), address.getAddress().getHostAddress()).onComplete(listening));
            HttpServer _ = within(listening.future());
            return opened;
        } catch (ExecutionException refused) {
            throw refusal(address, String.valueOf(refused.getCause().getMessage()), refused);
        } catch (TimeoutException late) {
            throw refusal(address, "no answer for %d s".formatted(BIND_SECONDS), late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", interrupted);
        }
    }

    private static <T> T within(Future<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
    }

    /// Asks for the token, and shows the certificate, that `next` has, which else is as before. Who is connected for what was
    /// asked for before is disconnected when it has its answer. Nothing uses the secrets before when this returns. Blocks.
    public synchronized void renew(Control.Remote next) {
        Control.Remote before = current;
        current = next;
        try {
            if (!before.tls().equals(next.tls())) {
                Boolean _ = within(server.updateSSLOptions(options(next).getSslOptions()));
                LOG.info("the API shows its new certificate");
            }
        } catch (ExecutionException | TimeoutException failed) {
            LOG.error("the API goes on with its old certificate", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Promise<Void> taken = Promise.promise();
        context.runOnContext(_ -> {
            gate.use(next.token());
            if (!before.token().equals(next.token()) || !authorities(before).equals(authorities(next))) {
                connections.endAll();
            }
            taken.complete();
        });
        taken.future().toCompletionStage().toCompletableFuture().join();
    }

    private static Optional<String> authorities(Control.Remote remote) {
        return remote.tls().flatMap(Control.Tls::authorities);
    }

    private static StartException refusal(InetSocketAddress address, String reason, Exception cause) {
        return new StartException("the API cannot be served on %s:%d: %s; change control.listen or control.tls"
                .formatted(address.getAddress().getHostAddress(), address.getPort(), reason), cause);
    }

    /// The port, which the system chose when 0 was asked for.
    public int port() {
        return server.actualPort();
    }

    /// Stops listening.
    @Override
    public void close() {
        try {
            server.close().toCompletionStage().toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException broken) {
            LOG.warn("closing the API on TCP failed", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
