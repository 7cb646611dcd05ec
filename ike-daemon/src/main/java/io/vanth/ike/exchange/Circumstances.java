package io.vanth.ike.exchange;

import io.vanth.ike.wire.Cookie;
import java.util.List;

/// Under which a negotiation or SA failed: how far it had come, and what was known of the peer by then.
///
/// @param path      where its messages went at the end
/// @param initiator [Cookie#NONE] and the responder's too while they are not known
/// @param nat       what NAT discovery found, if it came so far
public record Circumstances(Report.Subject subject, Report.Role role, Path path, Cookie initiator, Cookie responder,
        NatFindings nat, Progress progress) {

    /// How far an exchange came.
    ///
    /// @param stage    what was awaited, `main mode message 6`
    /// @param resent   how many messages were sent again in all
    /// @param repeated how many messages of the peer came again
    /// @param largest  the bytes of the largest message that was sent
    /// @param said     what the peer notified, the first ones
    /// @param remarks  what else was remarkable, in sentences
    public record Progress(String stage, int resent, int repeated, int largest, List<Said> said,
            List<String> remarks) {
        public Progress {
            remarks = List.copyOf(remarks);
            said = List.copyOf(said);
        }
    }

    /// A notify of the peer.
    ///
    /// @param notification its name as the RFCs write it
    public record Said(String notification, boolean authenticated) {}
}
