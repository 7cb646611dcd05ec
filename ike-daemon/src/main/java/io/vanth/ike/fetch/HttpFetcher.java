package io.vanth.ike.fetch;

import io.vanth.ike.certificate.Fetcher;
import io.vanth.ike.wire.Bytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Fetches over plain HTTP, never anything else, with bounds on time, size and redirects (S-13).
public final class HttpFetcher implements Fetcher {
    private static final int MOST_REDIRECTS = 3;
    private static final int OK = 200;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Duration EACH = Duration.ofSeconds(2);
    private static final Duration ALL = Duration.ofSeconds(5);

    private final Duration each;
    private final Duration all;

    /// Made when it is needed first: it has threads.
    private static final class Client {
        private static final HttpClient SHARED = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(EACH).build();
    }

    public HttpFetcher() {
        this(EACH, ALL);
    }

    /// @param each the longest that one fetch takes, with its redirects
    /// @param all  the longest that all fetches of an errand take
    public HttpFetcher(Duration each, Duration all) {
        this.each = each;
        this.all = all;
    }

    @Override
    public Errand begin() {
        return new TimedErrand(each.toNanos(), System.nanoTime() + all.toNanos());
    }

    private record TimedErrand(long each, long end) implements Errand {
        @Override
        public boolean isOver() {
            return end - System.nanoTime() <= 0;
        }

        @Override
        public Bytes fetch(String address, Bytes question, int longest) throws IOException {
            long now = System.nanoTime();
            long deadline = now + Math.min(each, end - now);
            URI place = http(address, URI.create("http://localhost/"));
            for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
                HttpResponse<byte[]> response = send(place, question, longest, deadline);
                if (response.statusCode() == OK) {
                    return Bytes.owning(response.body());
                }
                if (!REDIRECTS.contains(response.statusCode())) {
                    throw new IOException("the server answers with status " + response.statusCode());
                }
                place = http(response.headers().firstValue("Location").orElse(""), place);
            }
            throw new IOException("the server redirects more than %d times".formatted(MOST_REDIRECTS));
        }
    }

    private static URI http(String address, URI base) throws IOException {
        try {
            URI place = base.resolve(new URI(address));
            if (address.isEmpty() || !"http".equalsIgnoreCase(place.getScheme()) || place.getHost() == null
                    || place.getUserInfo() != null) {
                throw new IOException("'%s' is no http: address".formatted(address));
            }
            return place;
        } catch (java.net.URISyntaxException bad) {
            throw new IOException("'%s' is no address".formatted(address), bad);
        }
    }

    private static HttpResponse<byte[]> send(URI place, Bytes question, int longest, long deadline)
            throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = Client.SHARED.sendAsync(request(place, question),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), longest));
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            throw new IOException("the server is too slow", slow);
        } catch (ExecutionException failed) {
            throw new IOException(reason(failed.getCause()), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the fetch was interrupted").initCause(stopped);
        } finally {
            answer.cancel(true);
        }
    }

    private static HttpRequest request(URI place, Bytes question) throws IOException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(place);
            return question.isEmpty()
                    ? request.build()
                    : request.header("Content-Type", "application/ocsp-request")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(question.toArray())).build();
        } catch (IllegalArgumentException bad) {
            throw new IOException("'%s' is no address".formatted(place), bad);
        }
    }

    /// Some failures of the client have no words.
    private static String reason(Throwable cause) {
        if (cause instanceof java.net.ConnectException) {
            return "the server cannot be reached";
        }
        String words = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return "the fetch failed: " + words;
    }
}
