package io.vanth.ike.exchange;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Vendor ids that are known by name, by the digits they start with: some carry a version behind a fixed part. For people
/// only, a vendor id decides nothing.
public final class VendorNames {
    private static final int MOST_NAMES = 16;
    private static final TreeMap<String, String> BY_PREFIX = new TreeMap<>(Map.ofEntries(
            // What peers can do.
            Map.entry("4a131c81070358455c5728f20e95452f", "RFC 3947"),
            Map.entry("4485152d18b6bbcd0be8a8469579ddcc", "draft-ietf-ipsec-nat-t-ike-00"),
            Map.entry("16f6ca16e4a4066d83821a0f0aeaa862", "draft-ietf-ipsec-nat-t-ike-01"),
            Map.entry("cd60464335df21f87cfdb2fc68b6a448", "draft-ietf-ipsec-nat-t-ike-02"),
            Map.entry("90cb80913ebb696e086381b5ec427b1f", "draft-ietf-ipsec-nat-t-ike-02 (with a line break)"),
            Map.entry("7d9419a65310ca6f2c179d9215529d56", "draft-ietf-ipsec-nat-t-ike-03"),
            Map.entry("9909b64eed937c6573de52ace952fa6b", "draft-ietf-ipsec-nat-t-ike-04"),
            Map.entry("80d0bb3def54565ee84645d4c85ce3ee", "draft-ietf-ipsec-nat-t-ike-05"),
            Map.entry("4d1e0e136deafa34c4f3ea9f02ec7285", "draft-ietf-ipsec-nat-t-ike-06"),
            Map.entry("439b59f8ba676c4c7737ae22eab8f582", "draft-ietf-ipsec-nat-t-ike-07"),
            Map.entry("8f8d83826d246b6fc7a8a6a428c11de8", "draft-ietf-ipsec-nat-t-ike-08"),
            Map.entry("4df37928e9fc4fd1b3262170d515c662", "draft-ietf-ipsec-nat-t-ike"),
            Map.entry("27bab5dc01ea0760ea4e3190ac27c0d0", "draft-stenberg-ipsec-nat-traversal-01"),
            Map.entry("6105c422e76847e43f9684801292aecd", "draft-stenberg-ipsec-nat-traversal-02"),
            Map.entry("6a7434c19d7e36348090a02334c9c805", "draft-huttunen-ipsec-esp-in-udp-00"),
            Map.entry("50760f624c63e5c53eea386c685ca083", "ESPThruNAT"),
            Map.entry("afcad71368a1f1c96b8696fc7757", "Dead Peer Detection"),
            Map.entry("09002689dfd6b712", "XAUTH"),
            Map.entry("398ded9e4cd2e2e7560704a2a0ebe7cd", "draft-beaulieu-ike-xauth-02"),
            Map.entry("4048b7d56ebce88525e7de7f00d6c2d3", "FRAGMENTATION"),
            Map.entry("621b04bb09882ac1e15935fefa24aeee", "GSSAPI"),
            Map.entry("ad2c0dd0b9c32083ccba25b8861ec455", "A GSS-API Authentication Method for IKE"),
            // Who they are.
            Map.entry("882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan"),
            Map.entry("4f452d4c696272657377616e", "libreswan"),
            Map.entry("4f45", "Openswan"),
            Map.entry("7003cbc1097dbe9c2600ba6983bc8b35", "KAME/racoon"),
            Map.entry("12f5f28c457168a9702d9fe274cc", "Cisco Unity"),
            Map.entry("1f07f70eaa6514d3b0fa96542a50", "Cisco VPN 3000"),
            Map.entry("45bda47952b7c722bbfd3198c5dc7dcd", "Cisco delete reason"),
            Map.entry("1e2b516905991c7d7c96fcbfb587e461", "MS NT5 ISAKMPOAKLEY"),
            Map.entry("26244d38eddb61b3172a36e3d0cfb819", "Microsoft initial contact"),
            Map.entry("fb1de3cdf341b7ea16b7e5be0855f120", "Microsoft negotiation discovery"),
            Map.entry("214ca4faffa7f32d6748e5303395ae83", "Microsoft authenticated IP"),
            Map.entry("e3a5966a76379fe707228231e5ce8652", "Microsoft IKE CGA"),
            Map.entry("f4ed19e0c114eb516faaac0ee37daf2807b4381f", "Check Point"),
            Map.entry("404bf439522ca3f6", "SonicWall"),
            Map.entry("da8e93788001", "SonicWall"),
            Map.entry("8299031757a36082c6a621de", "Fortinet"),
            Map.entry("1d6e178f6c2c0be284985465450fe9d4", "Fortinet"),
            Map.entry("ca4a4cbb12eab6c58c57067c2e653786", "Fortinet"),
            Map.entry("166f932d55eb64d8e4df4fd37e2313f0d0fd8451", "Juniper NetScreen"),
            Map.entry("4865617274426561745f4e6f74696679", "Juniper heartbeat"),
            Map.entry("699369228741c6d4ca094c93e242c9de", "Juniper SRX"),
            Map.entry("b858d1addd08c1e8adafea150608aa4497aa6cc8", "ZyXEL"),
            Map.entry("f758f22668750f03b08df6ebe1d00403", "ZyXEL"),
            Map.entry("424e4553", "Nortel"),
            Map.entry("054182a07c7ae206f9d2cf9d2432c482", "SSH Sentinel"),
            Map.entry("47bbe7c993f1fc13b4e6d0db565c68e5", "SafeNet SoftRemote")));

    private static final List<String> NAMES = BY_PREFIX.values().stream().distinct().toList();
    /// Enough to tell most from one another.
    private static final int DISTINCT_DIGITS = 4;

    private VendorNames() {}

    /// What a peer announces, in few bytes.
    ///
    /// @param named   a bit for each name
    /// @param unnamed how many have none
    public record Announced(long named, int unnamed) {
        public static final Announced NOTHING = new Announced(0, 0);

        /// What `payloads` announce.
        public static Announced in(List<Payload> payloads) {
            long named = 0;
            int unnamed = 0;
            for (Payload payload : Set.copyOf(payloads)) {
                if (payload instanceof Payload.VendorId) {
                    Optional<String> name = of(payload.body());
                    named |= name.map(each -> 1L << NAMES.indexOf(each)).orElse(0L);
                    unnamed += name.isEmpty() ? 1 : 0;
                }
            }
            return named == 0 && unnamed == 0 ? NOTHING : new Announced(named, unnamed);
        }

        /// At most a few names; those without a name are counted together.
        public List<String> names() {
            Stream<String> some = IntStream.range(0, NAMES.size()).filter(each -> (named & 1L << each) != 0)
                    .mapToObj(NAMES::get).limit(MOST_NAMES);
            return Stream.concat(some, Stream.of(unnamed + " unknown").filter(_ -> unnamed > 0)).toList();
        }
    }

    /// The name of a vendor id; the longest known start counts.
    public static Optional<String> of(Bytes vendorId) {
        String digits = vendorId.hex();
        String start = digits.substring(0, Math.min(DISTINCT_DIGITS, digits.length()));
        return BY_PREFIX.headMap(digits, true).descendingMap().entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(start))
                .filter(entry -> digits.startsWith(entry.getKey())).map(Map.Entry::getValue).findFirst();
    }
}
