package io.vanth.ike.log;

import io.vanth.ike.policy.OwnCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Warns once a day of own certificates that end within 30 days.
public final class CertificateLog {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateLog.class);
    private static final Duration DAY = Duration.ofDays(1);

    private final Supplier<List<OwnCertificate>> certificates;
    private final InstantSource clock;
    private Instant next = Instant.MIN;

    /// @param certificates those that there are now
    public CertificateLog(Supplier<List<OwnCertificate>> certificates, InstantSource clock) {
        this.certificates = certificates;
        this.clock = clock;
    }

    /// Called often; speaks at once and then daily. On one thread.
    public void tick() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(DAY);
        certificates.get().stream().filter(each -> each.endsSoon(now)).forEach(each -> LOG.atWarn()
                .addKeyValue("connection", each.connection())
                .log("the own {} {}", each, each.expires().isBefore(now)
                        ? "has expired"
                        : "expires in %d days".formatted(Duration.between(now, each.expires()).toDays())));
    }
}
