package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.SaId;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.EspProposal;
import io.vanth.ike.policy.Tunnel;
import java.time.Duration;

/// What quick mode is for: a pair of SAs that carries a tunnel's traffic.
public record ChildSa(Tunnel tunnel, Report.Role role, EspProposal proposal, SaId inbound, SaId outbound,
        Duration lifetime, boolean udp) {}
