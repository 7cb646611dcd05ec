package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import java.util.Map;
import java.util.Optional;

/// Vendor ids that are known by name, by the digits they start with: some carry a version behind a fixed part. For display
/// only, a vendor id decides nothing.
final class VendorNames {
    private static final Map<String, String> BY_PREFIX = Map.ofEntries(
            Map.entry("4a131c81070358455c5728f20e95452f", "RFC 3947"),
            Map.entry("4485152d18b6bbcd0be8a8469579ddcc", "draft-ietf-ipsec-nat-t-ike-00"),
            Map.entry("cd60464335df21f87cfdb2fc68b6a448", "draft-ietf-ipsec-nat-t-ike-02"),
            Map.entry("90cb80913ebb696e086381b5ec427b1f", "draft-ietf-ipsec-nat-t-ike-02\\n"),
            Map.entry("7d9419a65310ca6f2c179d9215529d56", "draft-ietf-ipsec-nat-t-ike-03"),
            Map.entry("afcad71368a1f1c96b8696fc7757", "Dead Peer Detection"),
            Map.entry("09002689dfd6b712", "XAUTH"), Map.entry("12f5f28c457168a9702d9fe274cc", "Cisco Unity"),
            Map.entry("4048b7d56ebce88525e7de7f00d6c2d3", "FRAGMENTATION"),
            Map.entry("882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan"),
            Map.entry("1e2b516905991c7d7c96fcbfb587e461", "MS NT5 ISAKMPOAKLEY"));

    private VendorNames() {}

    static Optional<String> of(Bytes vendorId) {
        String digits = vendorId.hex();
        return BY_PREFIX.entrySet().stream().filter(entry -> digits.startsWith(entry.getKey())).map(Map.Entry::getValue)
                .findFirst();
    }
}
