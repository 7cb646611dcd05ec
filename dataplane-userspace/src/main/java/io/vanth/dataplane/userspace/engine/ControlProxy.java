package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.InstalledSa;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;

/// What agents tell the control thread, and through it the daemon. All return at once.
interface ControlProxy {
    /// An SA came to a limit.
    void limitReached(InstalledSa association, LifetimeMeter.Limit limit);

    /// The newest authentic packet of an SA came from elsewhere.
    void peerMoved(InboundSa association, Endpoint before, Endpoint now);

    /// Something to report as it is.
    void report(DataPlaneEvent event);

    /// Something for the audit log.
    void audit(AuditEvent event);

    /// An agent ends by an error.
    void agentFailed(String agent, Throwable cause);

    /// An agent of route-based tunnels ends, because somebody has removed its device.
    void deviceLost(Agent agent, DeviceLostException cause);
}
