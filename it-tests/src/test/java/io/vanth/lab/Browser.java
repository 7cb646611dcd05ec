package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// Chromium without a window in a namespace, driven by the WebDriver protocol of the W3C. What drives it is outside: the
/// two talk through a pipe.
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
    private static final String STARTED = PORT.pattern();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /// WebDriver, section 12.2: under which an element is named.
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final List<String> OPTIONS = List.of("--headless", "--no-sandbox", "--disable-gpu",
            "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--remote-debugging-pipe");

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Daemon driver;
    private final String session;

    private Browser(Daemon driver, Path program, Path profile) {
        this.driver = driver;
        driver.awaitLog(STARTED);
        ObjectNode wanted = NODES.objectNode();
        ObjectNode always = wanted.putObject("capabilities").putObject("alwaysMatch").put("browserName", "chrome");
        always.putObject("goog:loggingPrefs").put("browser", "ALL");
        ObjectNode options = always.putObject("goog:chromeOptions").put("binary", program.toString());
        OPTIONS.forEach(options.putArray("args")::add);
        options.withArray("args").add("--user-data-dir=" + profile);
        session = "/session/" + ask("POST", "/session", wanted).path("sessionId").asText();
    }

    /// Starts it, with an empty profile.
    static Browser start(Lab lab, Namespace where) {
        try {
            Path program = Files.writeString(lab.folder("browser").resolve("chromium"),
                    "#!/bin/sh\nexec ip netns exec %s chromium \"$@\"\n".formatted(where.name()));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            Daemon driver = lab.own(Daemon.start("chromedriver", program.resolveSibling("driver.log"), Map.of(),
                    List.of("chromedriver", "--port=0")));
            return lab.own(new Browser(driver, program, lab.socket("chromium")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode ask(String method, String path, JsonNode body) {
        Matcher port = PORT.matcher(driver.log());
        if (!port.find()) {
            throw new AssertionError(driver.log());
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.group(1) + path))
                .timeout(LIMIT).method(method, body.isMissingNode()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode value = JSON.readTree(answer.body()).path("value");
            if (answer.statusCode() != 200) {
                throw new AssertionError("%s %s: %s: %s".formatted(method, path, value.path("error").asText(),
                        value.path("message").asText()));
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private JsonNode tell(String path, JsonNode body) {
        return ask("POST", session + path, body);
    }

    void open(String url) {
        tell("/url", NODES.objectNode().put("url", url));
    }

    /// Takes the size and the colours of another screen.
    void screen(int width, int height, String colours) {
        develop("Emulation.setDeviceMetricsOverride", NODES.objectNode().put("width", width).put("height", height)
                .put("deviceScaleFactor", 1).put("mobile", width < height));
        ObjectNode media = NODES.objectNode();
        media.putArray("features").addObject().put("name", "prefers-color-scheme").put("value", colours);
        develop("Emulation.setEmulatedMedia", media);
    }

    private JsonNode develop(String command, ObjectNode parameters) {
        ObjectNode body = NODES.objectNode().put("cmd", command);
        body.set("params", parameters);
        return tell("/goog/cdp/execute", body);
    }

    /// What a function's body gives in the page.
    JsonNode run(String script) {
        ObjectNode body = NODES.objectNode().put("script", script);
        body.putArray("args");
        return tell("/execute/sync", body);
    }

    /// How many elements a CSS selector finds that can be seen.
    int count(String selector) {
        return run("return [...document.querySelectorAll(%s)].filter(each => each.checkVisibility()).length"
                .formatted(NODES.textNode(selector))).asInt();
    }

    /// The text that can be seen in the first one; empty where there is none.
    String text(String selector) {
        return run("return document.querySelector(%s)?.innerText ?? ''".formatted(NODES.textNode(selector))).asText();
    }

    void awaits(String selector) {
        Await.until("the page shows " + selector, Await.LIMIT, () -> count(selector) > 0, () -> text("body"));
    }

    void awaitText(String selector, String text) {
        Await.until("the page says: " + text, Await.LIMIT, () -> text(selector).contains(text), () -> text("body"));
    }

    private String element(String selector) {
        return tell("/element", NODES.objectNode().put("using", "css selector").put("value", selector))
                .path(ELEMENT).asText();
    }

    /// Clicks as a user does: on what is in the way, if something is.
    void click(String selector) {
        tell("/element/%s/click".formatted(element(selector)), NODES.objectNode());
    }

    /// Types into an element, which gets the focus.
    void type(String selector, String keys) {
        tell("/element/%s/value".formatted(element(selector)), NODES.objectNode().put("text", keys));
    }

    /// What the console has since the call before.
    List<String> console() {
        return StreamSupport.stream(tell("/se/log", NODES.objectNode().put("type", "browser")).spliterator(), false)
                .map(each -> each.path("message").asText()).toList();
    }

    /// The whole page, also what is below the screen.
    void screenshot(Path file) {
        JsonNode image = develop("Page.captureScreenshot",
                NODES.objectNode().put("format", "png").put("captureBeyondViewport", true));
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(image.path("data").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ask("DELETE", session, NODES.missingNode());
        client.close();
    }
}
