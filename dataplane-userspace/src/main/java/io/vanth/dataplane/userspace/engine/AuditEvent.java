package io.vanth.dataplane.userspace.engine;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;

/// Something that RFC 4301 section 4.4.1 and RFC 4303 sections 3.3.3 and 3.4 want to be seen in the audit log.
///
/// @param sequence the number that the packet bears, as far as it could be told; 0 where there is none
/// @param more     events of the same kind before it that were counted only, because there were too many
record AuditEvent(Kind kind, int spi, InetAddress source, InetAddress destination, long sequence, Instant at,
        long more) {
    /// What has happened.
    enum Kind {
        /// RFC 4303 section 3.4.2: no SA has the SPI.
        UNKNOWN_SPI("no SA has the SPI of a packet"),
        /// RFC 4303 section 3.4.1: a fragment came to IPsec.
        FRAGMENT("a fragment came to be opened"),
        /// RFC 4303 section 3.4.3: twice, or left of the window.
        REPLAY("a packet came twice or too late"),
        /// RFC 4303 section 3.4.4: the ICV is wrong.
        BAD_INTEGRITY("a packet is forged or damaged"),
        /// RFC 4301 section 5.2: the inner packet is none that the SA is for.
        SELECTOR_MISMATCH("a packet came through an SA that is not for it"),
        /// RFC 4303 section 3.3.3: an outbound SA has used its last number.
        SEQUENCE_OVERFLOW("the sequence numbers of an SA are used up");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: SPI 0x%08x, from %s to %s, sequence number %d, at %s%s", kind.text, spi,
                source.getHostAddress(), destination.getHostAddress(), sequence, at,
                more == 0 ? "" : ", and %d more since the last one told".formatted(more));
    }
}
