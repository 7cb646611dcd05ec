package io.vanth.ike.session;

import io.vanth.ike.exchange.Circumstances.Progress;
import io.vanth.ike.exchange.Circumstances.Said;
import io.vanth.ike.wire.Bytes;
import java.util.ArrayList;
import java.util.List;

/// What happened in an exchange so far, for explaining how it ends.
final class ExchangeRecord {
    /// A peer, or who pretends to be it, may notify as often as it likes.
    private static final int MAX_SAID = 4;

    private List<Said> said = List.of();
    private List<String> remarks = List.of();
    private int resent;
    private int repeated;
    private int largest;

    void sent(Bytes message) {
        largest = Math.max(largest, message.length());
    }

    void resent() {
        resent++;
    }

    void repeated() {
        repeated++;
    }

    void heard(Said notify) {
        if (said.size() < MAX_SAID && !said.contains(notify)) {
            said = new ArrayList<>(said);
            said.add(notify);
        }
    }

    void remarked(String text) {
        if (remarks.size() < MAX_SAID) {
            remarks = new ArrayList<>(remarks);
            remarks.add(text);
        }
    }

    Progress progress(String stage) {
        return new Progress(stage, resent, repeated, largest, said, remarks);
    }
}
