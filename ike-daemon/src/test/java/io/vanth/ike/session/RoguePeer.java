package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.crypto.AuthenticationMethod;
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
import java.util.Deque;
import java.util.List;
import java.util.Random;

/// A peer that knows the key and keeps to no rule. It has an address of its own, and speaks with `b` of a [Pair] whose
/// other end is honest.
final class RoguePeer implements Pair.Observer {
    static final InetAddress C = InetAddress.ofLiteral("192.0.2.3");
    static final SaGroup GROUP = new SaGroup(2);
    private static final String KEY = "a key that a rogue knows too";
    private static final int UDP = 17;
    private static final int EXCHANGE = 18;

    private final Pair pair;
    private final Random random;
    private final IkeProposal proposal;
    private final KeyAgreement own;
    private final Deque<Bytes> heard = new ArrayDeque<>();
    private Cookie initiator = Cookie.NONE;
    private Cookie responder = Cookie.NONE;
    private Bytes initiatorPublic = Bytes.EMPTY;
    private Bytes responderPublic = Bytes.EMPTY;
    private Bytes offer = Bytes.EMPTY;
    private PhaseOneKeys keys;
    private Bytes lastBlock = Bytes.EMPTY;

    RoguePeer(Pair pair, Random random) {
        this.pair = pair;
        this.random = random;
        this.proposal = connection().proposals().getFirst();
        this.own = KeyAgreement.generate(proposal.group(), pair.b().random);
        pair.observe(this);
    }

    /// An honest pair, in which `b` has a connection with the rogue too.
    static Pair pair() {
        return pair(List.of());
    }

    /// @param settings of the connection with the rogue
    static Pair pair(List<String> settings) {
        List<String> longLived = List.of("lifetime 20000h", "tunnelLifetime 20000h");
        return new Pair(
                List.of(ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), longLived)),
                List.of(ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), longLived),
                        ConnectionWords.apply(connection(), settings)));
    }

    private static Connection connection() {
        Connection like = Pair.connection(Pair.B, C, StartMode.PASSIVE);
        Tunnel tunnel = like.tunnels().getFirst();
        var traffic = new TrafficPair(TrafficSelector.of(AddressRange.parse("10.8.0.0/24")),
                TrafficSelector.of(AddressRange.parse("10.9.0.0/24")));
        return ConnectionWords.apply(ConnectionDraft.change(like, draft -> {
            draft.name = "rogue";
            draft.tunnels = List.of(new Tunnel(tunnel.name(), GROUP, traffic, tunnel.proposals(), tunnel.lifetime(),
                    tunnel.start()));
        }), List.of("psk " + KEY, "dpd 0s"));
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

    /// Main mode as initiator up to message 4: there are keys.
    void agree() {
        heard.clear();
        initiator = new Cookie(random.nextLong() | 1);
        responder = Cookie.NONE;
        Payload.Sa sa = PhaseOneOffer.offer(List.of(proposal), List.of(AuthenticationMethod.PRE_SHARED_KEY),
                Duration.ofHours(8));
        offer = sa.body();
        say(clear(List.of(sa)));
        responder = new Cookie(hear().longAt(Long.BYTES));
        Payload.Nonce nonce = nonce();
        say(clear(List.of(new Payload.KeyExchange(own.publicValue()), nonce)));
        derive((IsakmpMessage) MessageReader.read(hear()), nonce, true);
    }

    /// Main mode as responder to what `b` begins, up to message 5: `b` waits for the last message.
    void agreeAsResponder() {
        heard.clear();
        pair.b().event(new Event.Up("rogue"));
        pair.advance(Duration.ZERO);
        var first = (IsakmpMessage) MessageReader.read(hear());
        initiator = first.header().initiator();
        responder = new Cookie(random.nextLong() | 1);
        var sa = (Payload.Sa) first.payloads().getFirst();
        offer = sa.body();
        say(clear(List.of(sa)));
        Payload.Nonce nonce = nonce();
        var third = (IsakmpMessage) MessageReader.read(hear());
        derive(third, nonce, false);
        say(clear(List.of(new Payload.KeyExchange(own.publicValue()), nonce)));
        lastBlock = cipher().lastBlock(hear().from(IsakmpHeader.BYTES));
    }

    private void derive(IsakmpMessage peers, Payload.Nonce nonce, boolean began) {
        Bytes peerPublic = body(peers, Payload.KeyExchange.class);
        Bytes peerNonce = body(peers, Payload.Nonce.class);
        initiatorPublic = began ? own.publicValue() : peerPublic;
        responderPublic = began ? peerPublic : own.publicValue();
        var prf = new Prf(proposal.hash());
        if (!(own.agree(peerPublic) instanceof KeyAgreement.Agreed(Secret shared))) {
            throw new IllegalStateException("b's public value is refused");
        }
        Secret skeyid = PhaseOneKeys.preSharedSkeyid(prf, Pair.psk(KEY), began ? nonce.body() : peerNonce,
                began ? peerNonce : nonce.body());
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
                IsakmpHeader.of(initiator, responder, ExchangeType.MAIN_MODE.code(), 0, 0), payloads);
    }

    /// What it calls itself, as it has to be.
    Payload.Identification identity() {
        Identity id = Identity.of(C);
        return Payload.Identification.of(id.type(), 0, 0, id.data());
    }

    /// The hash that makes `identity` authentic: HASH_I or HASH_R.
    Payload.Hash proof(Payload identity, boolean began) {
        return new Payload.Hash(began
                ? Authenticator.hashI(keys.prf(), keys, initiatorPublic, responderPublic, initiator, responder, offer,
                        identity.body())
                : Authenticator.hashR(keys.prf(), keys, initiatorPublic, responderPublic, initiator, responder, offer,
                        identity.body()));
    }

    /// Message 5 or 6 around `chain`.
    Bytes phaseOne(PayloadMutator.Chain chain) {
        return encrypted(ExchangeType.MAIN_MODE.code(), 0, lastBlock, chain.first(), chain.bytes());
    }

    /// Main mode to its end.
    void establish() {
        agree();
        Payload identity = identity();
        say(phaseOne(PayloadMutator.Chain.of(List.of(identity, proof(identity, true)))));
        hearMessage6();
    }

    /// Main mode as responder to its end.
    void establishAsResponder() {
        agreeAsResponder();
        Payload identity = identity();
        Bytes last = phaseOne(PayloadMutator.Chain.of(List.of(identity, proof(identity, false))));
        say(last);
        lastBlock = cipher().lastBlock(last.from(IsakmpHeader.BYTES));
    }

    /// Takes the last block of message 6, if it came, for the IVs of what follows.
    void hearMessage6() {
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
