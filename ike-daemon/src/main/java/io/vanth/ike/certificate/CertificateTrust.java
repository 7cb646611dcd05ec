package io.vanth.ike.certificate;

import io.vanth.ike.certificate.Verdict.Reason;
import io.vanth.ike.certificate.Verdict.Refused;
import io.vanth.ike.wire.Bytes;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Believes those for whom an authority vouches (RFC 4945).
///
/// @param anchors the certificates of the authorities, or those of peers themselves
/// @param known   more certificates: of authorities between, and of peers that do not send theirs
/// @param fetch   who asks the network about revocation, if it may be asked
public record CertificateTrust(List<X509Certificate> anchors, List<X509Certificate> known, List<X509CRL> crls,
        Revocation revocation, Optional<RevocationFetch> fetch, boolean shortKeys) implements Trust {
    /// Without the network.
    public CertificateTrust(List<X509Certificate> anchors, List<X509Certificate> known, List<X509CRL> crls,
            Revocation revocation, boolean shortKeys) {
        this(anchors, known, crls, revocation, Optional.empty(), shortKeys);
    }

    public CertificateTrust {
        anchors = List.copyOf(anchors);
        known = List.copyOf(known);
        crls = List.copyOf(crls);
        anchors.forEach(anchor -> ChainCheck.anchorObjection(anchor).ifPresent(objection -> {
            throw new IllegalArgumentException("%s %s".formatted(CertificateText.of(anchor), objection));
        }));
    }

    @Override
    public Verdict judge(Claim claim, Instant now) {
        Presented presented;
        try {
            presented = Presented.read(claim.certificates());
        } catch (Presented.UnreadableException unreadable) {
            return new Refused(Reason.MALFORMED, "the peer's certificate payloads " + unreadable.getMessage());
        }
        List<X509Certificate> offered = presented.certificates();
        // A peer may send its certificates in any order, or none when we know them (RFC 4945 section 3.3).
        List<X509Certificate> own = Stream.concat(offered.stream(), offered.isEmpty()
                ? Stream.concat(known.stream(), anchors.stream())
                : Stream.empty()).filter(each -> SubjectNames.hold(each, claim.identity())).toList();
        if (own.isEmpty()) {
            return withoutCertificate(claim, offered);
        }
        Verdict first = null;
        for (X509Certificate each : own) {
            Verdict verdict = judge(claim, each, presented, now);
            if (verdict instanceof Verdict.Genuine) {
                return verdict;
            }
            first = first == null ? verdict : first;
        }
        return first;
    }

    private static Refused withoutCertificate(Claim claim, List<X509Certificate> offered) {
        if (offered.isEmpty()) {
            return new Refused(Reason.NO_CERTIFICATE,
                    "the peer sent no certificate, and none is known for '%s'".formatted(claim.identity()));
        }
        return new Refused(Reason.WRONG_IDENTITY, "the peer calls itself '%s', but %s is for %s only".formatted(
                claim.identity(), CertificateText.of(offered.getFirst()), SubjectNames.of(offered.getFirst())));
    }

    private Verdict judge(Claim claim, X509Certificate leaf, Presented presented, Instant now) {
        Optional<String> objection = Purpose.objection(leaf);
        if (objection.isPresent()) {
            return new Refused(Reason.NOT_FOR_IKE, "%s %s".formatted(CertificateText.of(leaf), objection.get()));
        }
        List<X509Certificate> intermediates = new ArrayList<>(presented.certificates());
        intermediates.addAll(known);
        List<Chain> chains = Chain.from(leaf, intermediates, anchors);
        List<Optional<Refused>> objections = chains.stream()
                .map(chain -> ChainCheck.objection(chain, now, shortKeys)).toList();
        int valid = objections.indexOf(Optional.<Refused>empty());
        if (valid < 0) {
            return objections.stream().flatMap(Optional::stream).findFirst().orElseGet(() -> unknown(leaf));
        }
        if (!KeyKind.verifies(leaf.getPublicKey(), claim.method(), claim.hash(), claim.signature())) {
            return new Refused(Reason.BAD_SIGNATURE,
                    "the signature was not made with the key of " + CertificateText.of(leaf));
        }
        List<X509CRL> lists = new ArrayList<>(crls);
        lists.addAll(presented.crls());
        return revocation(chains.get(valid), new RevocationLists(lists), now);
    }

    private static Refused unknown(X509Certificate leaf) {
        return new Refused(Reason.UNKNOWN_AUTHORITY,
                "%s was issued by '%s', which leads to no authority that is trusted"
                        .formatted(CertificateText.of(leaf), CertificateText.name(leaf.getIssuerX500Principal())));
    }

    /// From the authorities down, as those who are revoked themselves say nothing. The chain is trusted by now but for
    /// this, and the peer has proved that it has the key: so strangers make us fetch nothing (S-13).
    private Verdict revocation(Chain chain, RevocationLists lists, Instant now) {
        if (revocation == Revocation.OFF) {
            return new Verdict.Genuine();
        }
        Optional<RevocationFetch.Visit> visit = fetch.filter(_ -> !issuer(chain, 0).equals(chain.leaf()))
                .map(each -> each.begin(lists, shortKeys, now));
        for (int index = chain.certificates().size() - 1; index >= 0; index--) {
            X509Certificate certificate = chain.certificates().get(index);
            switch (status(certificate, issuer(chain, index), lists, visit, now)) {
                case RevocationStatus.Good() -> {
                }
                case RevocationStatus.Revoked(Instant since) -> {
                    return new Refused(Reason.REVOKED, "%s was revoked at %s".formatted(
                            CertificateText.of(certificate), since));
                }
                case RevocationStatus.Unknown(String reason) -> {
                    if (revocation == Revocation.REQUIRED) {
                        return new Refused(Reason.REVOCATION_UNKNOWN, "%s may be revoked: %s".formatted(
                                CertificateText.of(certificate), reason));
                    }
                }
            }
        }
        return new Verdict.Genuine();
    }

    /// A certificate that is trusted itself can still be taken back by its authority, where that one is known.
    private X509Certificate issuer(Chain chain, int index) {
        return chain.isPinned()
                ? Stream.concat(anchors.stream(), known.stream())
                        .filter(each -> ChainCheck.isSigned(chain.leaf(), each)).findFirst().orElse(chain.anchor())
                : chain.issuer(index);
    }

    /// A list that a peer sends may be older than its revocation: where the network can be asked, it is.
    private static RevocationStatus status(X509Certificate certificate, X509Certificate issuer, RevocationLists lists,
            Optional<RevocationFetch.Visit> visit, Instant now) {
        RevocationStatus known = lists.status(certificate, issuer, now);
        if (visit.isEmpty() || known instanceof RevocationStatus.Revoked) {
            return known;
        }
        RevocationStatus fetched = visit.get().status(certificate, issuer);
        return fetched instanceof RevocationStatus.Unknown && known instanceof RevocationStatus.Good ? known : fetched;
    }

    @Override
    public boolean mayWait() {
        return fetch.isPresent() && revocation != Revocation.OFF;
    }

    @Override
    public List<Bytes> authorities() {
        return anchors.stream().map(anchor -> Bytes.owning(anchor.getSubjectX500Principal().getEncoded())).distinct()
                .toList();
    }
}
