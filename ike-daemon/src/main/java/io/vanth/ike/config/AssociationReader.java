package io.vanth.ike.config;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.ike.manual.ManualAssociation;
import io.vanth.ike.policy.Risk;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;

/// Makes a manual SA of its section.
record AssociationReader(SecretReader secrets, ManualLimits limits) {
    private static final long LARGEST_SPI = 0xFFFF_FFFFL;
    private static final long LARGEST_CPI = 0xEFFF;
    private static final int SMALLEST_WINDOW = 32;
    /// Of AES-256 and of HMAC-SHA-256.
    private static final int USUAL_KEY_BYTES = 32;
    private static final String AN_ADDRESS = "write an IP address as 192.0.2.1";

    private record Keys(Transform transform, Secret cipher, Secret integrity) {}

    /// An algorithm with its key; the algorithm is empty where there is none.
    private record Keyed<T>(Optional<T> algorithm, Secret key) {
        static <T> Keyed<T> none() {
            return new Keyed<>(Optional.empty(), Secret.owning(new byte[0]));
        }
    }

    /// The SA of `section`, or empty after a finding.
    Optional<ManualAssociation> read(Section section) {
        SecurityProtocol protocol = SecurityProtocol.valueOf(section.get("protocol").asText().toUpperCase(Locale.ROOT));
        Optional<Spi> spi = spi(section, protocol);
        Optional<InetAddress> source = section.parsed("source", AN_ADDRESS, InetAddress::ofLiteral);
        Optional<InetAddress> destination = section.parsed("destination", AN_ADDRESS, InetAddress::ofLiteral);
        Optional<ReplayProtection> replay = replay(section);
        Optional<Keys> keys = keys(section, protocol, RiskReader.of(section));
        boolean fits = fit(section, protocol, source, destination);
        if (spi.isEmpty() || source.isEmpty() || destination.isEmpty() || replay.isEmpty() || keys.isEmpty()
                || !fits) {
            keys.ifPresent(each -> {
                each.cipher.close();
                each.integrity.close();
            });
            return Optional.empty();
        }
        return Optional.of(new ManualAssociation(section.name(), new SaId(protocol, destination.get(), spi.get()),
                source.get(), Mode.valueOf(section.get("mode").asText().toUpperCase(Locale.ROOT)),
                keys.get().transform, keys.get().cipher, keys.get().integrity, encapsulation(section), replay.get(),
                soft(section.section("lifetime")), hard(section.section("lifetime")),
                section.has("id") ? OptionalInt.of(section.get("id").asInt()) : OptionalInt.empty()));
    }

    private static Optional<Spi> spi(Section section, SecurityProtocol protocol) {
        long largest = protocol == SecurityProtocol.IPCOMP ? LARGEST_CPI : LARGEST_SPI;
        return section.parsed("spi", "write a number from 0x%x to 0x%x".formatted(Spi.MIN, largest), text -> {
            long number = Long.decode(text);
            if (number < Spi.MIN || number > largest) {
                throw new IllegalArgumentException(protocol == SecurityProtocol.IPCOMP
                        ? "%s is no CPI (RFC 3173 section 3.3)".formatted(text)
                        : "%s is no SPI: those below 0x100 are reserved (RFC 4303 section 2.1)".formatted(text));
            }
            return new Spi((int) number);
        });
    }

    private static Optional<ReplayProtection> replay(Section section) {
        int window = section.get("replayWindow").asInt(0);
        Section place = section.section("replayWindow");
        if (window > 0 && window < SMALLEST_WINDOW) {
            place.error("%d packets are no window".formatted(window),
                    "write 0, or %d to 4096".formatted(SMALLEST_WINDOW));
            return Optional.empty();
        }
        if (window > 0 && !section.has("integrity")) {
            place.error("without integrity anybody can write sequence numbers (RFC 4303 section 2.2)", "leave it out");
            return Optional.empty();
        }
        if (window > 0) {
            place.warning("the sequence numbers of manual keys begin again with the daemon that sends: what comes after"
                    + " its restart is dropped (RFC 4303 section 3.3.3: SHOULD NOT be)",
                    "leave it out, or give both sides new keys at each start of one");
        }
        return section.parse("", "give a replayWindow, or leave extendedSequenceNumbers out",
                _ -> new ReplayProtection(window, section.get("extendedSequenceNumbers").asBoolean(false)));
    }

    private boolean fit(Section section, SecurityProtocol protocol, Optional<InetAddress> source,
            Optional<InetAddress> destination) {
        if (source.isPresent() && destination.isPresent()
                && source.get().getAddress().length != destination.get().getAddress().length) {
            section.section("destination").error("source and destination are of two families",
                    "write both as IPv4 or both as IPv6");
            return false;
        }
        if (section.has("encapsulation") && protocol != SecurityProtocol.ESP) {
            section.section("encapsulation").error("only esp can be carried in UDP (RFC 3948)", "leave it out");
            return false;
        }
        if (section.has("encapsulation") && !section.has("integrity")) {
            section.section("encapsulation")
                    .error("without integrity anybody who sends to its UDP port can be taken for"
                            + " the peer", "leave it out, or write integrity");
            return false;
        }
        if (!limits.protocols().contains(protocol)) {
            section.section("protocol").error("%s is off".formatted(section.get("protocol").asText()),
                    "add it to dataPlane.protocols, or leave that out");
            return false;
        }
        return isPortOpen(section) && isInTime(section.section("lifetime"));
    }

    private boolean isPortOpen(Section section) {
        int port = section.section("encapsulation").get("localPort").asInt(limits.natTraversalPort());
        if (port != limits.natTraversalPort()) {
            section.section("encapsulation").section("localPort").error(
                    "UDP port %d is not open: ESP shares that of IKE".formatted(port),
                    "write %d, or that port as ports: {natTraversal: …}".formatted(limits.natTraversalPort()));
        }
        return port == limits.natTraversalPort();
    }

    private static boolean isInTime(Section lifetime) {
        Optional<Duration> soft = time(lifetime, "soft");
        Optional<Duration> hard = time(lifetime, "hard");
        boolean late = soft.isPresent() && hard.isPresent() && soft.get().compareTo(hard.get()) >= 0;
        if (late) {
            lifetime.section("soft").error("it is not before hard, the end", "write less");
        }
        return !late;
    }

    private Optional<Keys> keys(Section section, SecurityProtocol protocol, RiskReader risks) {
        boolean fits = refuse(section, "encryption", protocol != SecurityProtocol.ESP, protocol)
                && refuse(section, "integrity", protocol == SecurityProtocol.IPCOMP, protocol);
        if (!fits) {
            return Optional.empty();
        }
        if (protocol != SecurityProtocol.IPCOMP && !section.has("integrity") && !mayLackIntegrity(section, risks)) {
            return Optional.empty();
        }
        Optional<Keyed<Cipher>> cipher = keyed(section.section("encryption"),
                place -> ManualAlgorithms.cipher(place, risks), each -> each.keyBits().getLast() / Byte.SIZE);
        Optional<Keyed<Integrity>> integrity = keyed(section.section("integrity"),
                place -> ManualAlgorithms.integrity(place, risks), Integrity::keyBytes);
        if (cipher.isPresent() && integrity.isPresent()
                && fits(section.section("encryption"), cipher.get()) && fitsIntegrity(section, integrity.get())) {
            return Optional.of(new Keys(transform(protocol, cipher.get(), integrity.get()), cipher.get().key,
                    integrity.get().key));
        }
        cipher.ifPresent(each -> each.key.close());
        integrity.ifPresent(each -> each.key.close());
        return Optional.empty();
    }

    private static boolean mayLackIntegrity(Section section, RiskReader risks) {
        String remedy = "write integrity: {algorithm: sha256, key: {file: NAME.key}}";
        if (section.has("encryption")) {
            return risks.judge(section, Risk.UNAUTHENTICATED_ENCRYPTION,
                    "there is encryption without integrity (RFC 8221"
                            + " section 4: MUST NOT be): who changes packets on their way changes what comes out of them",
                    remedy);
        }
        section.error("there is no integrity algorithm", remedy);
        return false;
    }

    private static boolean refuse(Section section, String key, boolean useless, SecurityProtocol protocol) {
        if (useless && section.has(key)) {
            section.section(key).error("%s has no %s".formatted(protocol, key).toLowerCase(Locale.ROOT),
                    "leave it out");
            return false;
        }
        return true;
    }

    /// Reads a word.
    @FunctionalInterface
    private interface Word<T> {
        Optional<T> read(Section place);
    }

    private <T> Optional<Keyed<T>> keyed(Section section, Word<T> word, ToIntFunction<T> bytes) {
        if (section.node().isMissingNode()) {
            return Optional.of(Keyed.none());
        }
        Optional<T> algorithm = word.read(section.section("algorithm"));
        Optional<Secret> key = secrets.hex(section.section("key"),
                algorithm.map(bytes::applyAsInt).orElse(USUAL_KEY_BYTES));
        if (algorithm.isEmpty()) {
            key.ifPresent(Secret::close);
            return Optional.empty();
        }
        return key.map(each -> new Keyed<>(algorithm, each));
    }

    private static boolean fits(Section section, Keyed<Cipher> cipher) {
        int bits = cipher.key.length() * Byte.SIZE;
        if (cipher.algorithm.isPresent() && !cipher.algorithm.get().keyBits().contains(bits)) {
            section.section("key").error("the key has %d bits; %s takes %s".formatted(bits,
                    section.get("algorithm").asText(), cipher.algorithm.get().keyBits().stream().map(String::valueOf)
                            .collect(java.util.stream.Collectors.joining(" or "))),
                    "make one with: openssl rand -hex "
                            + cipher.algorithm.get().keyBits().getLast() / Byte.SIZE);
            return false;
        }
        return true;
    }

    private static boolean fitsIntegrity(Section section, Keyed<Integrity> integrity) {
        int bytes = integrity.algorithm.map(Integrity::keyBytes).orElse(0);
        if (integrity.key.length() != bytes) {
            section.section("integrity").section("key").error("the key has %d bits; %s takes %d".formatted(
                    integrity.key.length() * Byte.SIZE, section.section("integrity").get("algorithm").asText(),
                    bytes * Byte.SIZE), "make one with: openssl rand -hex " + bytes);
            return false;
        }
        return true;
    }

    private static Transform transform(SecurityProtocol protocol, Keyed<Cipher> cipher, Keyed<Integrity> integrity) {
        return switch (protocol) {
            case ESP -> new EspTransform(cipher.algorithm.orElse(Cipher.NULL), cipher.key.length() * Byte.SIZE,
                    integrity.algorithm);
            case AH -> new AhTransform(integrity.algorithm.orElseThrow());
            case IPCOMP -> new IpcompTransform();
        };
    }

    private static Optional<UdpEncapsulation> encapsulation(Section section) {
        Section ports = section.section("encapsulation");
        return section.has("encapsulation")
                ? Optional.of(new UdpEncapsulation(ports.get("localPort").asInt(), ports.get("remotePort").asInt()))
                : Optional.empty();
    }

    private static Lifetime soft(Section section) {
        return new Lifetime(time(section, "soft"), OptionalLong.empty(), OptionalLong.empty());
    }

    private static Lifetime hard(Section section) {
        return new Lifetime(time(section, "hard"), number(section, "bytes"), number(section, "packets"));
    }

    private static Optional<Duration> time(Section section, String key) {
        return section.has(key) ? Optional.of(section.duration(key, Duration.ZERO, false)) : Optional.empty();
    }

    private static OptionalLong number(Section section, String key) {
        return section.has(key) ? OptionalLong.of(section.get(key).asLong()) : OptionalLong.empty();
    }
}
