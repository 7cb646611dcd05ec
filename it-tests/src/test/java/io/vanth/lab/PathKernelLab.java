package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// ICMP and what fits through a tunnel, on the data plane of the kernel.
@InLab
final class PathKernelLab {
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void hostsHearWhatFitsAndWhatWentWrong(Lab lab) throws Exception {
        PathScenario.play(lab, Plane.KERNEL);
    }
}
