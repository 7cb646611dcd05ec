package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// ICMP and what fits through a tunnel, on the userspace data plane.
@InLab
final class PathIT {
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void hostsHearWhatFitsAndWhatWentWrong(Lab lab) throws Exception {
        PathScenario.play(lab, Plane.USERSPACE);
    }
}
