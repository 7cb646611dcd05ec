package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.Content;
import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.decode.DecodedFrame.Endpoint;
import io.vanth.ike.decode.DecodedFrame.Flow;
import io.vanth.ike.explain.Account;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import java.net.InetAddress;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A capture of a flood, as operators have them.
class CaptureFloodTest {
    private static final Endpoint FLOODER = new Endpoint(InetAddress.ofLiteral("192.0.2.1"), Optional.of(500));
    private static final Endpoint TARGET = new Endpoint(InetAddress.ofLiteral("192.0.2.2"), Optional.of(500));
    private static final Endpoint ROUTER = new Endpoint(InetAddress.ofLiteral("192.0.2.254"), Optional.empty());
    private static final Instant BEGIN = Instant.ofEpochSecond(1_700_000_000);

    private final List<DecodedFrame> frames = new ArrayList<>();

    private void add(Endpoint from, Endpoint to, Content content) {
        frames.add(new DecodedFrame("wire.pcap", frames.size() + 1, BEGIN.plusSeconds(frames.size()),
                Optional.of(new Flow(from, to)), content));
    }

    private void begin(long cookie) {
        add(FLOODER, TARGET, new Content.Clear(new IsakmpMessage(IsakmpHeader.of(new Cookie(cookie), Cookie.NONE,
                ExchangeType.MAIN_MODE.code(), 0, 0), List.of())));
    }

    /// Of which it is counted how often one is looked at.
    private static final class Counted extends AbstractList<DecodedFrame> {
        private final List<DecodedFrame> of;
        private long looks;

        private Counted(List<DecodedFrame> of) {
            this.of = of;
        }

        @Override
        public DecodedFrame get(int index) {
            looks++;
            return of.get(index);
        }

        @Override
        public int size() {
            return of.size();
        }
    }

    @Test
    void no_frame_is_looked_at_for_each_negotiation() {
        for (int cookie = 1; cookie <= 1000; cookie++) {
            begin(cookie);
        }
        Counted counted = new Counted(frames);
        assertEquals(1000, CaptureExplainer.explain(counted, List.of(), true).accounts().size());
        assertTrue(counted.looks <= 10_000, () -> counted.looks + " looks at 1000 frames");
    }

    /// Each costs some kilobytes.
    @Test
    void no_more_are_told_than_anybody_reads() {
        int more = 7;
        for (int cookie = 1; cookie <= CaptureExplainer.MOST + more; cookie++) {
            begin(cookie);
        }
        CaptureExplainer.Told told = CaptureExplainer.explain(frames, List.of(), true);
        assertEquals(CaptureExplainer.MOST, told.accounts().size());
        assertEquals(more, told.leftOut());
        assertEquals(frames.getLast().at(), told.accounts().getLast().failures().getFirst().last());
    }

    /// The flood is nobody's whom the operator asks about.
    @Test
    void others_need_not_be_told() {
        begin(1);
        CaptureExplainer.Told told = CaptureExplainer.explain(frames, List.of(), false);
        assertEquals(new CaptureExplainer.Told(List.of(), 0), told);
    }

    /// Each is told what was said since it began, and once.
    @Test
    void what_the_network_says_of_the_target_is_in_each_account() {
        begin(1);
        add(ROUTER, FLOODER, new Content.Unreachable("host", TARGET));
        add(ROUTER, FLOODER, new Content.Unreachable("host", ROUTER));
        begin(2);
        add(ROUTER, FLOODER, new Content.Unreachable("host", TARGET));
        begin(3);
        List<String> accounts = CaptureExplainer.explain(frames, List.of(), true).accounts().stream()
                .map(Account::toString).toList();
        String said = "ICMP from 192.0.2.254: host unreachable for 192.0.2.2:500";
        assertEquals(List.of(1, 1, 0), accounts.stream().map(each -> each.split(said, -1).length - 1).toList());
        assertTrue(accounts.stream().noneMatch(each -> each.contains("for 192.0.2.254")), accounts::toString);
    }
}
