package io.vanth.dataplane.userspace.engine;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A role with a thread of its own: works as long as there is work, else waits. What goes wrong with one packet is the
/// agent's own business; what gets here ends it, and is reported.
abstract class Agent implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int PACKET_ERRORS_PER_SECOND = 1;

    private final String name;
    private final ControlProxy control;
    private final RateLimit packetErrors = new RateLimit(PACKET_ERRORS_PER_SECOND);
    private final Thread thread;
    private volatile boolean stopping;

    Agent(String name, ControlProxy control) {
        this.name = name;
        this.control = control;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
    }

    final void start() {
        thread.start();
    }

    /// Ends the agent and waits for that.
    final void stop() {
        stopping = true;
        wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException remembered) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public final void run() {
        try {
            while (!stopping) {
                if (!work()) {
                    await();
                }
            }
        } catch (DeviceLostException lost) {
            if (!stopping) {
                control.deviceLost(this, lost);
            }
        } catch (IOException | RuntimeException | Error fatal) {
            if (!stopping) {
                LOG.error("{} has failed", name, fatal);
                control.agentFailed(name, fatal);
            }
        } finally {
            end();
        }
    }

    /// Does what there is to do now; false when there was nothing.
    abstract boolean work() throws IOException;

    /// Waits for work.
    abstract void await() throws IOException;

    /// Ends a wait, from another thread.
    abstract void wakeup();

    /// The last thing on the agent's thread.
    abstract void end();

    /// Logs what went wrong with one packet, at a limited rate.
    final void logPacketError(long nowMillis, Exception error) {
        if (packetErrors.allows(nowMillis)) {
            LOG.warn("{} dropped a packet by an error", name, error);
        }
    }
}
