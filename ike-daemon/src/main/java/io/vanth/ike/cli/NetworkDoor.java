package io.vanth.ike.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// The API of a daemon on TCP.
///
/// @param url   `https://HOST:PORT`, or `http://` where the host is this machine
/// @param token what lets in, if it is a token
record NetworkDoor(URI url, Optional<BearerToken> token, ClientTls tls) implements Door {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int STANDARD_PORT = 9465;

    /// Throws a refusal where a token would be sent in clear.
    static NetworkDoor to(String text, Optional<BearerToken> token, ClientTls tls) throws Refusal {
        URI url = parsed(text);
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        if (!secure && !isOwnMachine(host(url))) {
            throw new Refusal("%s would be in clear on the network: write https://".formatted(text));
        }
        if (!secure && tls.isSomething()) {
            throw new Refusal("--ca, --cert and --key are of https://, and %s is in clear".formatted(text));
        }
        return new NetworkDoor(url, token, tls);
    }

    private static URI parsed(String text) throws Refusal {
        if (text.matches("(?i)https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?/?")) {
            URI url = URI.create(text);
            if (url.getHost() != null && url.getPort() <= 0xffff) {
                return url;
            }
        }
        throw new Refusal("'%s' is no address of an API: write https://HOST:%d".formatted(text, STANDARD_PORT));
    }

    private static String host(URI url) {
        return url.getHost().replaceAll("[\\[\\]]", "");
    }

    private static boolean isOwnMachine(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
    }

    private boolean secure() {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    @Override
    public Line open(Duration patience) throws IOException, Refusal {
        Socket socket = new Socket();
        try {
            int port = url.getPort() < 0 ? STANDARD_PORT : url.getPort();
            socket.connect(new InetSocketAddress(host(url), port), (int) CONNECT.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            Socket line = secure() ? encrypted(socket, port) : socket;
            return new Line(line.getInputStream(), line.getOutputStream(), line);
        } catch (IOException | Refusal failed) {
            socket.close();
            throw failed;
        }
    }

    private Socket encrypted(Socket socket, int port) throws IOException, Refusal {
        SSLSocket secured = (SSLSocket) tls.context().getSocketFactory().createSocket(socket, host(url), port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[]{"TLSv1.3", "TLSv1.2"});
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    @Override
    public String headers() throws Refusal {
        String host = "Host: " + url.getAuthority() + "\r\n";
        return token.isEmpty() ? host : host + "Authorization: Bearer %s\r\n".formatted(token.get().read());
    }

    @Override
    public String reason(IOException failed) {
        String said = String.valueOf(failed.getMessage());
        return switch (failed) {
            case UnknownHostException _ -> "there is no address for %s".formatted(host(url));
            case ConnectException _ -> "nobody listens on %s (does control.listen say so there?)".formatted(url);
            case SSLException _ when said.contains("fatal alert") ->
                "%s refuses the certificate, or that there is none: name one of its control.tls.ca with --cert and --key (%s)"
                        .formatted(url, said);
            case SSLException _ when said.contains("PKIX") ->
                "the certificate of %s is not to be trusted: name its authority with --ca (%s)".formatted(url, said);
            case SSLException _ when said.contains("subject alternative") || said.contains("No name matching") ->
                "the certificate of %s is of another host: use a name that is in it (%s)".formatted(url, said);
            case SSLException _ -> "no TLS with %s: %s (is it http:// there?)".formatted(url, said);
            default -> "no daemon answers on %s: %s".formatted(url, said);
        };
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
