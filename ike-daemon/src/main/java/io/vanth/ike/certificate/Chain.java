package io.vanth.ike.certificate;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// Certificates each of which names the next as its issuer, and the trust anchor that the last one names. Nothing is
/// verified yet.
///
/// @param certificates the one of the peer first; without the anchor, except where it is the anchor itself
record Chain(List<X509Certificate> certificates, X509Certificate anchor) {
    /// More intermediates than any authority has.
    private static final int DEEPEST = 8;
    /// What a peer can make us validate with a bundle of certificates of one name (S-13).
    private static final int MOST = 16;
    private static final int MOST_STEPS = 256;

    Chain {
        certificates = List.copyOf(certificates);
    }

    X509Certificate leaf() {
        return certificates.getFirst();
    }

    /// The certificate that vouches for the one at `index`.
    X509Certificate issuer(int index) {
        return index + 1 < certificates.size() ? certificates.get(index + 1) : anchor;
    }

    /// Whether the peer's certificate is an anchor itself.
    boolean isPinned() {
        return leaf().equals(anchor);
    }

    /// All chains from `leaf` to an anchor, within bounds, the shortest way up first.
    static List<Chain> from(X509Certificate leaf, List<X509Certificate> intermediates,
            List<X509Certificate> anchors) {
        Search search = new Search(intermediates, anchors);
        search.follow(List.of(leaf));
        return search.found;
    }

    private static final class Search {
        private final List<X509Certificate> intermediates;
        private final List<X509Certificate> anchors;
        private final List<Chain> found = new ArrayList<>();
        private int steps;

        Search(List<X509Certificate> intermediates, List<X509Certificate> anchors) {
            this.intermediates = intermediates;
            this.anchors = anchors;
        }

        void follow(List<X509Certificate> path) {
            X509Certificate last = path.getLast();
            for (X509Certificate anchor : anchors) {
                if (found.size() < MOST && (path.size() == 1 && anchor.equals(last) || isIssuer(anchor, last))) {
                    found.add(new Chain(path, anchor));
                }
            }
            for (X509Certificate next : intermediates) {
                if (found.size() < MOST && steps < MOST_STEPS && path.size() <= DEEPEST && isIssuer(next, last)
                        && !path.contains(next) && !anchors.contains(next)) {
                    steps++;
                    List<X509Certificate> longer = new ArrayList<>(path);
                    longer.add(next);
                    follow(longer);
                }
            }
        }

        private static boolean isIssuer(X509Certificate issuer, X509Certificate subject) {
            return issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal());
        }
    }
}
