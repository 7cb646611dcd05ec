package io.vanth.ike.explain.capture;

import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Circumstances.Progress;
import io.vanth.ike.exchange.Circumstances.Said;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.explain.Explainer;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload.Notification;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a negotiation was when it failed, in the shape in which a daemon keeps it.
final class Scene {
    private static final int NAT_TRAVERSAL_PORT = 4500;

    private Scene() {}

    static Circumstances of(Negotiation negotiation, Side side, Judgement judgement) {
        Course course = judgement.course();
        InetAddress own = side.own(negotiation);
        boolean starter = course.starter().equals(own);
        Path path = path(course.last().getLast(), own);
        var subject = new Report.Subject(Optional.of(side.connection().name()), Optional.empty(), path.toString(),
                course.name(), course.last().getFirst().header().messageId());
        int largest = (int) negotiation.sightings().stream().filter(each -> each.isFrom(own))
                .mapToLong(each -> each.header().length()).max().orElse(0);
        var progress = new Progress(judgement.stage(side.own(negotiation)), course.resent(starter),
                course.resent(!starter), largest,
                said(negotiation, side, course), Remarks.of(negotiation, course));
        return new Circumstances(subject, starter ? Report.Role.INITIATOR : Report.Role.RESPONDER, path,
                negotiation.cookie(), negotiation.responderCookie(), Discovery.of(negotiation, side), progress);
    }

    private static Path path(Sighting last, InetAddress own) {
        var source = new InetSocketAddress(last.source().address(), last.source().port().orElse(0));
        var destination = new InetSocketAddress(last.destination().address(), last.destination().port().orElse(0));
        boolean floated = source.getPort() == NAT_TRAVERSAL_PORT || destination.getPort() == NAT_TRAVERSAL_PORT;
        return last.isFrom(own) ? new Path(source, destination, floated) : new Path(destination, source, floated);
    }

    private static List<Said> said(Negotiation negotiation, Side side, Course course) {
        List<Said> said = new ArrayList<>();
        InetAddress peer = side.peer(negotiation);
        for (Sighting each : negotiation.of(ExchangeType.INFORMATIONAL)) {
            if (each.isFrom(peer) && !each.at().isBefore(course.begun().getFirst().getFirst().at())) {
                each.all(Notification.class).forEach(notification -> said.add(new Said(
                        NotifyType.nameOf(notification.notifyType()), each.header().encrypted())));
            }
        }
        if (Judgement.closed(negotiation, side)) {
            said.add(new Said(Explainer.PORT_UNREACHABLE, false));
        }
        return said.stream().distinct().toList();
    }
}
