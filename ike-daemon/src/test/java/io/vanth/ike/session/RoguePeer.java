package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.crypto.PhaseOneKeys;
import io.vanth.ike.crypto.Prf;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/// A peer that knows the key and keeps to no rule. It has an address of its own, and speaks with `b` of a [Pair] whose
/// other end is honest.
final class RoguePeer implements Pair.Observer {
    static final InetAddress C = InetAddress.ofLiteral("192.0.2.3");
    static final SaGroup GROUP = new SaGroup(2);
    private static final int UDP = 17;
    private static final int EXCHANGE = 18;

    private final Pair pair;
    private final Random random;
    private final RogueKind kind;
    private final IkeProposal proposal;
    private final KeyAgreement own;
    private final Deque<Bytes> heard = new ArrayDeque<>();
    private Cookie initiator = Cookie.NONE;
    private Cookie responder = Cookie.NONE;
    private Bytes initiatorPublic = Bytes.EMPTY;
    private Bytes responderPublic = Bytes.EMPTY;
    private Bytes offer = Bytes.EMPTY;
    private Payload.Sa selection;
    private Payload.Nonce ownNonce;
    private PhaseOneKeys keys;
    private Bytes lastBlock = Bytes.EMPTY;

    RoguePeer(Pair pair, Random random) {
        this(pair, random, RogueKind.MAIN_MODE_WITH_A_KEY);
    }

    RoguePeer(Pair pair, Random random, RogueKind kind) {
        this.pair = pair;
        this.random = random;
        this.kind = kind;
        this.proposal = connection(kind).proposals().getFirst();
        this.own = KeyAgreement.generate(proposal.group(), pair.b().random);
        pair.observe(this);
    }

    /// An honest pair, in which `b` has a connection with the rogue too.
    static Pair pair() {
        return pair(RogueKind.MAIN_MODE_WITH_A_KEY);
    }

    /// The rogue comes as `kind` has it.
    static Pair pair(RogueKind kind) {
        return pair(kind, List.of());
    }

    /// @param settings of the connection with the rogue, in main mode with a key
    static Pair pair(List<String> settings) {
        return pair(RogueKind.MAIN_MODE_WITH_A_KEY, settings);
    }

    private static Pair pair(RogueKind kind, List<String> settings) {
        List<String> longLived = List.of("lifetime 20000h", "tunnelLifetime 20000h");
        return new Pair(
                List.of(ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), longLived)),
                List.of(ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), longLived),
                        ConnectionWords.apply(connection(kind), settings)));
    }

    private static Connection connection(RogueKind kind) {
        Connection like = Pair.connection(Pair.B, C, StartMode.PASSIVE);
        Tunnel tunnel = like.tunnels().getFirst();
        var traffic = new TrafficPair(TrafficSelector.of(AddressRange.parse("10.8.0.0/24")),
                TrafficSelector.of(AddressRange.parse("10.9.0.0/24")));
        return ConnectionWords.apply(ConnectionDraft.change(like, draft -> {
            draft.name = "rogue";
            draft.tunnels = List.of(new Tunnel(tunnel.name(), GROUP, traffic, tunnel.proposals(), tunnel.lifetime(),
                    tunnel.start()));
        }), kind.settings());
    }

    @Override
    public void sent(Pair.Host from, Path path, Bytes datagram, boolean lost) {
        if (path.remote().getAddress().equals(C)) {
            heard.add(datagram);
        }
    }

    /// Sends a datagram, and lets `b` do what follows.
    void say(Bytes datagram) {
        pair.b().event(new Event.Datagram(
                new Path(new InetSocketAddress(Pair.B, 500), new InetSocketAddress(C, 500), false), datagram));
        pair.advance(Duration.ZERO);
    }

    /// The next thing that was heard.
    Bytes hear() {
        return heard.remove();
    }

    /// Whether nothing was heard.
    boolean silent() {
        return heard.isEmpty();
    }

    void forgetHeard() {
        heard.clear();
    }

    /// Main mode as initiator up to message 4, or aggressive mode up to message 2: there are keys, and `b` waits for a proof.
    void agree() {
        heard.clear();
        if (kind.aggressive()) {
            say(first(PayloadMutator.Chain.of(opening())));
            var second = (IsakmpMessage) MessageReader.read(hear());
            responder = second.header().responder();
            derive(second, true);
        } else {
            initiator = newCookie();
            responder = Cookie.NONE;
            Payload.Sa sa = proposals();
            offer = sa.body();
            say(clear(List.of(sa)));
            responder = new Cookie(hear().longAt(Long.BYTES));
            ownNonce = nonce();
            say(clear(List.of(new Payload.KeyExchange(own.publicValue()), ownNonce)));
            derive((IsakmpMessage) MessageReader.read(hear()), true);
        }
    }

    private Cookie newCookie() {
        return new Cookie(random.nextLong() | 1);
    }

    private Payload.Sa proposals() {
        return PhaseOneOffer.offer(List.of(proposal), List.of(kind.method()), Duration.ofHours(8));
    }

    /// What message 1 of aggressive mode holds.
    List<Payload> opening() {
        Payload.Sa sa = proposals();
        offer = sa.body();
        ownNonce = nonce();
        return List.of(sa, new Payload.KeyExchange(own.publicValue()), ownNonce, identity());
    }

    /// A first message around `chain`.
    Bytes first(PayloadMutator.Chain chain) {
        initiator = newCookie();
        responder = Cookie.NONE;
        return phaseOneInClear(chain);
    }

    /// Main mode as responder to what `b` begins, up to message 5, or aggressive mode up to message 1: `b` waits for a proof.
    void agreeAsResponder() {
        heard.clear();
        pair.b().event(new Event.Up("rogue"));
        pair.advance(Duration.ZERO);
        var first = (IsakmpMessage) MessageReader.read(hear());
        initiator = first.header().initiator();
        responder = newCookie();
        selection = (Payload.Sa) first.payloads().getFirst();
        offer = selection.body();
        ownNonce = nonce();
        if (kind.aggressive()) {
            derive(first, false);
        } else {
            say(clear(List.of(selection)));
            derive((IsakmpMessage) MessageReader.read(hear()), false);
            say(clear(share().subList(1, 3)));
            lastBlock = cipher().lastBlock(hear().from(IsakmpHeader.BYTES));
        }
    }

    /// A responder's choice, public value and nonce.
    List<Payload> share() {
        return List.of(selection, new Payload.KeyExchange(own.publicValue()), ownNonce);
    }

    private void derive(IsakmpMessage peers, boolean began) {
        Bytes peerPublic = body(peers, Payload.KeyExchange.class);
        Bytes peerNonce = body(peers, Payload.Nonce.class);
        initiatorPublic = began ? own.publicValue() : peerPublic;
        responderPublic = began ? peerPublic : own.publicValue();
        var prf = new Prf(proposal.hash());
        if (!(own.agree(peerPublic) instanceof KeyAgreement.Agreed(Secret shared))) {
            throw new IllegalStateException("b's public value is refused");
        }
        Secret skeyid = kind.skeyid(prf, began ? ownNonce.body() : peerNonce, began ? peerNonce : ownNonce.body(),
                shared);
        keys = PhaseOneKeys.derive(prf, skeyid, shared, initiator, responder, proposal.cipher(), proposal.keyBits());
        lastBlock = MessageCipher.phaseOneIv(prf, proposal.cipher(), initiatorPublic, responderPublic);
    }

    private static Bytes body(IsakmpMessage message, Class<? extends Payload> kind) {
        return message.payloads().stream().filter(kind::isInstance).findFirst().orElseThrow().body();
    }

    Payload.Nonce nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return new Payload.Nonce(Bytes.owning(nonce));
    }

    private Bytes clear(List<Payload> payloads) {
        return MessageWriter.write(
                IsakmpHeader.of(initiator, responder, kind.exchange(), 0, 0), payloads);
    }

    /// What it calls itself, as it has to be.
    Payload.Identification identity() {
        Identity id = Identity.of(C);
        return Payload.Identification.of(id.type(), 0, 0, id.data());
    }

    /// What makes `identity` authentic: HASH_I or HASH_R, or certificates and a signature of it.
    List<Payload> proof(Payload identity, boolean began) {
        Bytes hash = began
                ? Authenticator.hashI(keys.prf(), keys, initiatorPublic, responderPublic, initiator, responder, offer,
                        identity.body())
                : Authenticator.hashR(keys.prf(), keys, initiatorPublic, responderPublic, initiator, responder, offer,
                        identity.body());
        return kind.proof(hash, pair.b().random);
    }

    /// An encrypted message of phase 1 around `chain`.
    Bytes phaseOne(PayloadMutator.Chain chain) {
        return encrypted(kind.exchange(), 0, lastBlock, chain.first(), chain.bytes());
    }

    /// The same in clear.
    Bytes phaseOneInClear(PayloadMutator.Chain chain) {
        return MessageWriter.writeEncrypted(IsakmpHeader.of(initiator, responder, kind.exchange(), 0, 0), chain.first(),
                chain.bytes());
    }

    private Bytes identified(boolean began) {
        var payloads = new ArrayList<Payload>(List.of(identity()));
        payloads.addAll(proof(identity(), began));
        return phaseOne(PayloadMutator.Chain.of(payloads));
    }

    /// Main mode to its end.
    void establish() {
        agree();
        say(identified(true));
        hearMessage6();
    }

    /// Main mode as responder to its end.
    void establishAsResponder() {
        agreeAsResponder();
        Bytes last = identified(false);
        say(last);
        lastBlock = cipher().lastBlock(last.from(IsakmpHeader.BYTES));
    }

    /// Takes the last block of message 6, if it came, for the IVs of what follows.
    private void hearMessage6() {
        heard.stream().filter(each -> each.at(EXCHANGE) == ExchangeType.MAIN_MODE.code()).reduce((_, later) -> later)
                .ifPresent(last -> lastBlock = cipher().lastBlock(last.from(IsakmpHeader.BYTES)));
        heard.clear();
    }

    /// Whether `b` has an ISAKMP SA that is the one of the last negotiation.
    boolean established() {
        return pair.b().engine.sessions().stream().anyMatch(sa -> sa.result().initiator().equals(initiator));
    }

    PhaseOneKeys keys() {
        return keys;
    }

    Bytes cookies() {
        return Bytes.concat(initiator.bytes(), responder.bytes());
    }

    /// An encrypted message of an exchange under the ISAKMP SA: a hash and what follows it.
    Bytes protectedBy(Bytes hash, int exchange, int messageId, Bytes iv, PayloadMutator.Chain rest) {
        Bytes hashHeader = Bytes.of((byte) rest.first(), (byte) 0, (byte) 0, (byte) (4 + hash.length()));
        return encrypted(exchange, messageId, iv, new Payload.Hash(hash).type(),
                Bytes.concat(hashHeader, hash, rest.bytes()));
    }

    private Bytes encrypted(int exchange, int messageId, Bytes iv, int first, Bytes plaintext) {
        var header = IsakmpHeader.of(initiator, responder, exchange, IsakmpHeader.FLAG_ENCRYPTED, messageId);
        return MessageWriter.writeEncrypted(header, first, cipher().encrypt(iv, plaintext));
    }

    /// The IV of the first message of an exchange.
    Bytes iv(int messageId) {
        return MessageCipher.exchangeIv(keys.prf(), proposal.cipher(), lastBlock, messageId);
    }

    MessageCipher cipher() {
        return new MessageCipher(proposal.cipher(), keys.cipherKey());
    }

    /// The payloads of a message of `b`.
    List<Payload> open(Bytes message, Bytes iv) {
        Bytes plaintext = cipher().decrypt(iv, message.from(IsakmpHeader.BYTES));
        return ((PayloadChain) MessageReader.readPayloads(message.at(2 * Long.BYTES), plaintext)).payloads();
    }

    /// The identities of the tunnel, as the rogue offers them.
    static List<Payload> networks() {
        return List.of(Payload.Identification.of(Identity.IPV4_ADDR_SUBNET, 0, 0, Bytes.ofHex("0a090000ffffff00")),
                Payload.Identification.of(Identity.IPV4_ADDR_SUBNET, 0, 0, Bytes.ofHex("0a080000ffffff00")));
    }

    /// An identity of another kind, which is never right.
    static Payload somethingElse() {
        return Payload.Identification.of(Identity.FQDN, UDP, 500, Bytes.ofHex("6162"));
    }
}
