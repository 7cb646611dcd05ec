package io.vanth.ike.api;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// What is told while the data plane does not answer.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowDataPlaneTest {
    @TempDir
    private Path folder;
    private ServedDaemon served;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        served = new ServedDaemon(folder);
    }

    @AfterEach
    void close() {
        if (served != null) {
            served.close();
        }
    }

    @Test
    void the_status_is_there_without_the_counters() throws Exception {
        assertFalse(served.ask("GET", "/api/status", "").body().contains("silent"));
        served.plane().silence();
        HttpResponse<String> status = served.ask("GET", "/api/status", "");
        assertEquals(200, status.statusCode());
        assertTrue(status.body().contains("\"name\":\"branch\""), status::body);
        assertTrue(status.body().contains("\"dataPlane\":{\"silent\":true,\"counters\":{}}"), status::body);
        HttpResponse<String> associations = served.ask("GET", "/api/associations", "");
        assertEquals(503, associations.statusCode());
        assertTrue(associations.body().contains("the data plane does not answer"), associations::body);
    }

    @Test
    void a_reload_that_waits_for_it_holds_up_nobody_who_only_asks() throws Exception {
        CompletableFuture<Void> held = served.plane().hold();
        served.write("vanth.yaml", Files.readString(served.file()).replace("10.2.0.0/24", "10.3.0.0/24"));
        CompletableFuture<HttpResponse<String>> reload = served.client().sendAsync(
                served.request("POST", "/api/reload", "").build(), HttpResponse.BodyHandlers.ofString());
        served.plane().awaitHeld();
        for (String path : new String[]{"/api/status", "/api/associations", "/api/policies",
                "/api/connections/branch/explanation"}) {
            assertEquals(200, served.ask("GET", path, "").statusCode(), path);
            assertFalse(reload.isDone(), path);
        }
        held.complete(null);
        assertEquals(200, reload.get().statusCode());
    }
}
