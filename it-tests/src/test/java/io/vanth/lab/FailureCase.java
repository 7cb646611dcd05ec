package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A way in which a negotiation fails, and what Vanth must say of it.
///
/// @param ours     Vanth's view of the connection
/// @param theirs   the peer's, of what is ours mirrored
/// @param lost     what does not arrive, or arrives from elsewhere, in the words of nftables, `PEER` being the peer's
///                 address; or empty
/// @param began    what `vanth explain` says when Vanth began, `%s` being the connection; empty where it does not begin
/// @param answered the same when the peer began
/// @param captured what it says of a capture of the first, likewise
record FailureCase(String cause, UnaryOperator<Link> ours, UnaryOperator<Link> theirs, String lost,
        List<String> began, List<String> answered, List<String> captured) {
    private static final Authority ROOT = Authority.root("C=DE, O=Lab, CN=Root");
    private static final Authority STRANGER = Authority.root("C=DE, O=Stranger, CN=Root");

    private static FailureCase of(String cause, UnaryOperator<Link> theirs, List<String> began, List<String> answered,
            List<String> captured) {
        return new FailureCase(cause, link -> link, theirs, "", began, answered, captured);
    }

    /// The peer is as it should be, or is not there.
    private static FailureCase ours(String cause, UnaryOperator<Link> ours, List<String> began,
            List<String> captured) {
        return new FailureCase(cause, ours, link -> link, "", began, List.of(), captured);
    }

    private static FailureCase lossy(String cause, UnaryOperator<Link> both, String lost, List<String> began,
            List<String> answered, List<String> captured) {
        return new FailureCase(cause, both, link -> link, lost, began, answered, captured);
    }

    static List<FailureCase> all() {
        return List.of(phaseOne(), phaseTwo(), secret(), theirIdentity(), ourIdentity(), networks(), aggressivePeer(),
                aggressiveVanth(), otherMethod(), ourCertificate(), ourEarlyCertificate(),
                ourRevokedCertificate(), ourLoneCertificate(), ourRawKey(), noCertificate(), silent(), closed(),
                message5(),
                blocked(), blockedForThePeer(), masqueraded(), privateAddress(), unresolved(), noAddress());
    }

    private static FailureCase phaseOne() {
        return of("phase 1 proposal", link -> link.ike("aes128-sha1-ecp256"),
                List.of("none of our phase 1 proposals", "connections.%s.proposals here"),
                List.of("differ in key length, hash, group", "Add aes128-sha1-ecp256 to connections.%s.proposals here"),
                List.of("NO-PROPOSAL-CHOSEN", "none of our phase 1 proposals: aes256-sha256-modp2048"));
    }

    private static FailureCase phaseTwo() {
        return of("phase 2 proposal", link -> link.esp("aes256-sha256"),
                List.of("none of our phase 2 proposals", "connections.%s.tunnels.lan.proposals here"),
                List.of("differ in cipher, key length, integrity",
                        "Add aes256-sha256 to connections.%s.tunnels.lan.proposals here"),
                List.of("none of our phase 2 proposals", "--keys"));
    }

    /// strongSwan encrypts its complaint with the other key.
    private static FailureCase secret() {
        return of("pre-shared key", link -> link.secret("something else"),
                List.of("pre-shared keys differ", "Put the same key into connections.%s.psk here"),
                List.of("as responder", "pre-shared keys differ", "Put the same key into connections.%s.psk here"),
                List.of("main mode message 6", "pre-shared keys differ"));
    }

    private static FailureCase theirIdentity() {
        return of("identity of the peer", link -> link.local(link.local().id("other.example")),
                List.of("The peer calls itself other.example", "Set connections.%s.remote.id: \"other.example\""),
                List.of("as responder", "The peer calls itself other.example",
                        "Set connections.%s.remote.id: \"other.example\""),
                List.of("This side does not accept who the peer says it is", "and the pre-shared keys agree",
                        "this capture with --keys; then set connections.%s.remote.id"));
    }

    /// strongSwan, where it began, deletes the ISAKMP SA without a word.
    private static FailureCase ourIdentity() {
        return of("our identity at the peer", link -> link.remote(link.remote().id("someone.example")),
                List.of("The peer does not accept our identity", "connections.%s.local.id here"),
                List.of("as responder", "The peer does not accept our identity", "connections.%s.local.id here"),
                List.of("The peer does not accept our identity"));
    }

    private static FailureCase networks() {
        return of("networks", link -> link.protecting("10.99.0.0/24"),
                List.of("does not accept our networks", "connections.%s.tunnels.lan.remote here"),
                List.of("No tunnel has exactly the networks", "Set connections.%s.tunnels.lan.remote: 10.99.0.0/24"),
                List.of("does not accept our networks", "--keys"));
    }

    private static FailureCase aggressivePeer() {
        return of("the peer wants aggressive mode, we main", link -> link.mode(Mode.AGGRESSIVE),
                List.of("Set connections.%s.mode here to the peer's mode"),
                List.of("The peer begins with aggressive mode", "connections.%s.mode: aggressive here"),
                List.of("an encrypted notify", "The peer's connection may be for the other mode"));
    }

    private static FailureCase aggressiveVanth() {
        return new FailureCase("the peer wants main mode, we aggressive", link -> link.mode(Mode.AGGRESSIVE),
                link -> link.mode(Mode.MAIN), "", List.of("connections.%s.mode"), List.of(),
                List.of("aggressive mode message 2", "The peer's connection may be for the other mode"));
    }

    /// strongSwan looks at the proposal first, and at what proves it when it knows who we are.
    private static FailureCase otherMethod() {
        return of("authentication method", link -> link.local(link.local().proves("b.example",
                proof("b.example", ROOT))).remote(link.remote().proves("a.example", proof("a.example", ROOT))),
                List.of("AUTHENTICATION-FAILED", "Let both sides authenticate alike"),
                List.of("differ in authentication", "Let both sides authenticate alike"),
                List.of("an encrypted notify", "Let both sides authenticate alike"));
    }

    /// strongSwan knows no authority that is not its own.
    private static FailureCase ourCertificate() {
        return new FailureCase("our certificate at the peer", link -> link
                .local(link.local().proves("ours.example", proof("ours.example", STRANGER)))
                .remote(link.remote().proves("trusted.example", proof("trusted.example", ROOT))), link -> link, "",
                List.of("The peer does not accept our certificate", "Let the peer trust the authority"),
                List.of("as responder", "The peer does not accept our certificate", "Let the peer trust the authority"),
                List.of("The peer does not accept our certificate"));
    }

    /// Of an expired one the daemon says so when it starts, and does not.
    private static FailureCase ourEarlyCertificate() {
        Instant now = Instant.now();
        Request early = Request.of("C=DE, O=Lab, CN=early", Keys.ec("secp256r1"), "early.example")
                .valid(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(9)));
        return ourCertificate("our certificate is not yet valid", "early.example",
                Proof.of(early.key(), List.of(ROOT.issue(early)), ROOT.certificate()),
                proof("peer-of-early.example", ROOT),
                List.of("it is valid from", "Set the clocks of this host and of the peer"));
    }

    private static FailureCase ourRevokedCertificate() {
        Proof own = proof("revoked.example", ROOT);
        return ourCertificate("our certificate is revoked at the peer", "revoked.example", own,
                proof("peer-of-revoked.example", ROOT).knowing(ROOT.revoking(own.chain().getFirst())),
                List.of("The peer does not accept our certificate", "check that none of them is revoked"));
    }

    /// The peer has the root only.
    private static FailureCase ourLoneCertificate() {
        return ourCertificate("our certificate comes without its issuer's", "lone.example",
                proof("lone.example", ROOT.authority("C=DE, O=Lab, CN=Between")), proof("peer-of-lone.example", ROOT),
                List.of("The peer does not accept our certificate", "or send it those between (chain)"));
    }

    private static FailureCase ourRawKey() {
        Proof theirs = Proof.raw(Keys.ec("secp256r1"));
        FailureCase known = ourCertificate("our public key at the peer is another one", "raw.example",
                Proof.raw(Keys.ec("secp256r1")), theirs,
                List.of("it has another public key for us", "the public half of connections.%s.rawKey.key"));
        Proof other = Proof.raw(Keys.ec("secp256r1"));
        return new FailureCase(known.cause, known.ours, link -> link.remote(link.remote().proves("raw.example", other)),
                "", known.began, known.answered, List.of("The peer does not accept our signature"));
    }

    private static FailureCase ourCertificate(String cause, String name, Proof own, Proof theirs, List<String> words) {
        List<String> answered = new ArrayList<>(words);
        answered.add("as responder");
        return new FailureCase(cause, link -> link.local(link.local().proves(name, own))
                .remote(link.remote().proves("peer-of-" + name, theirs)), link -> link, "", words, answered, List.of(
                        "The peer does not accept our certificate"));
    }

    private static FailureCase noCertificate() {
        return new FailureCase("no certificate of the peer", link -> link
                .local(link.local().proves("kept.example", proof("kept.example", ROOT)))
                .remote(link.remote().proves("keeps.example", proof("keeps.example", ROOT))),
                link -> link.local(link.local().proves("keeps.example",
                        link.local().proof().orElseThrow().told("send_cert = never"))),
                "", List.of("Let the peer send its certificate"),
                List.of("as responder", "Let the peer send its certificate"),
                List.of());
    }

    /// @param issuer of the certificate; both sides trust the one root
    private static Proof proof(String name, Authority issuer) {
        Request request = Request.of("C=DE, O=Lab, CN=gateway", Keys.ec("secp256r1"), name);
        return Proof.of(request.key(), List.of(issuer.issue(request)), ROOT.certificate());
    }

    private static FailureCase silent() {
        return lossy("silence", link -> link, "ip daddr PEER udp dport 500 drop",
                List.of("Nothing came back", "Let UDP port 500 pass"), List.of(),
                List.of("Nothing came back", "sent 2 times"));
    }

    private static FailureCase closed() {
        return ours("nobody listens: ICMP", link -> link.remote(link.remote().address(Topology.ROUTER)),
                List.of("Nothing came back", "Let UDP port 500 pass"),
                List.of("Nothing listens on the UDP port of IKE", "Start the IKE daemon there"));
    }

    /// The encryption flag of the header, RFC 2408 section 3.1.
    private static FailureCase message5() {
        return lossy("message 5 is not answered", link -> link.encapsulation(Encapsulation.NO),
                "ip daddr PEER udp dport 500 @th,216,8 & 1 == 1 drop",
                List.of("main mode message 6, as initiator", "pre-shared keys differ", "connections.%s.local.id here"),
                List.of(), List.of("main mode message 6", "pre-shared keys differ"));
    }

    private static FailureCase blocked() {
        return lossy("port 4500 is blocked", link -> link,
                "ip daddr PEER udp dport 4500 drop; ip saddr PEER udp sport 4500 drop",
                List.of("everything goes over UDP port 4500, and that is blocked", "Let UDP port 4500 pass"),
                List.of(), List.of("everything goes over UDP port 4500, and that is blocked"));
    }

    /// On a connection of its own: a responder waits for half a minute.
    private static FailureCase blockedForThePeer() {
        return lossy("port 4500 is blocked", link -> link,
                "ip daddr PEER udp dport 4500 drop; ip saddr PEER udp sport 4500 drop", List.of(),
                List.of("as responder", "everything goes over UDP port 4500, and that is blocked",
                        "Let UDP port 4500 pass"),
                List.of());
    }

    /// The peer is configured by its own address, which a router on the way translates.
    private static FailureCase masqueraded() {
        return lossy("the peer comes from another address", link -> link, "ip saddr PEER snat to 198.51.100.201",
                List.of(), List.of("No connection has 198.51.100.201 as its remote address",
                        "put 198.51.100.201 into connections.%s.remote.address here", "A NAT on the way"),
                List.of());
    }

    /// It is configured by the router's address, and calls itself by its own.
    private static FailureCase privateAddress() {
        String outer = "198.51.100.202";
        return new FailureCase("a private address as identity", link -> link.remote(link.remote().address(outer)
                .id(outer)), link -> link.local(Topology.behindRouter(link.local())),
                "ip saddr PEER snat to " + outer, List.of(),
                List.of("as responder", "The peer is behind a NAT and calls itself by its own address there",
                        "Set connections.%s.remote.id: \"198.51.100."),
                List.of());
    }

    private static FailureCase unresolved() {
        return ours("name of the peer", link -> link.remote(link.remote().address("nobody.invalid")),
                List.of("The name nobody.invalid cannot be resolved", "getent hosts nobody.invalid"), List.of());
    }

    private static FailureCase noAddress() {
        return ours("local address", link -> link.local(link.local().address("gone0")),
                List.of("The interface gone0 is absent", "ip address show dev gone0"), List.of());
    }

    boolean hasPeer() {
        return !cause.equals("nobody listens: ICMP") && !cause.startsWith("name") && !cause.startsWith("local");
    }

    @Override
    public String toString() {
        return cause;
    }
}
