package io.vanth.ike.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Messages of our own: every kind of payload, with arbitrary contents.
final class SampleMessages {
    private final Random random;

    SampleMessages(Random random) {
        this.random = random;
    }

    IsakmpHeader header() {
        return IsakmpHeader.of(new Cookie(random.nextLong()), new Cookie(random.nextLong()), random.nextInt(256),
                random.nextBoolean() ? IsakmpHeader.FLAG_COMMIT : 0, random.nextInt());
    }

    List<Payload> payloads() {
        return Stream.generate(this::payload).limit(1 + random.nextInt(6)).toList();
    }

    Payload payload() {
        List<Supplier<Payload>> kinds = List.of(this::sa, () -> new Payload.KeyExchange(bytes(256)),
                () -> Payload.Identification.of(2, 17, 500, bytes(40)),
                () -> Payload.Identification.of(4, 0, 0, exactly(8)), () -> Payload.Certificate.of(4, bytes(300)),
                () -> Payload.CertificateRequest.of(4, bytes(60)), () -> new Payload.Hash(bytes(32)),
                () -> new Payload.Signature(bytes(256)), () -> new Payload.Nonce(bytes(32)),
                () -> Payload.Notification.of(3, exactly(4), random.nextInt(65536), bytes(20)),
                () -> Payload.Delete.of(3, list(() -> exactly(4))), () -> new Payload.VendorId(bytes(20)),
                this::modeConfig, () -> new Payload.NatDiscovery(random.nextBoolean() ? 20 : 130, exactly(20)),
                this::natOriginalAddress,
                () -> Payload.Fragment.of(random.nextInt(65536), random.nextInt(256), random.nextBoolean(),
                        exactly(50)),
                () -> new Payload.Unknown(133 + random.nextInt(123), bytes(20)));
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    private Payload sa() {
        return Payload.Sa.of(list(() -> new Payload.Proposal(random.nextInt(256), random.nextInt(5), bytes(17),
                list(() -> new Payload.TransformItem(random.nextInt(256), random.nextInt(256),
                        list(this::attribute))))));
    }

    private Payload modeConfig() {
        return new Payload.ModeConfig(Bytes.concat(Bytes.ofHex("01000007"), Bytes.ofHex("00010000"),
                Bytes.ofHex("c0880000")), 1, 7,
                List.of(Attribute.variable(1, Bytes.EMPTY), Attribute.basic(0x4088, 0)));
    }

    private Payload natOriginalAddress() {
        Bytes address = exactly(4);
        try {
            return new Payload.NatOriginalAddress(random.nextBoolean() ? 21 : 131,
                    Bytes.concat(Bytes.ofHex("01000000"), address), InetAddress.getByAddress(address.toArray()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private Attribute attribute() {
        int type = random.nextInt(0x8000);
        return random.nextBoolean()
                ? Attribute.basic(type, random.nextInt(65536))
                : Attribute.variable(type,
                        bytes(9));
    }

    private <T> List<T> list(Supplier<T> element) {
        return IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(_ -> element.get()).toList();
    }

    private Bytes bytes(int bound) {
        return exactly(random.nextInt(bound));
    }

    private Bytes exactly(int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        return Bytes.owning(content);
    }
}
