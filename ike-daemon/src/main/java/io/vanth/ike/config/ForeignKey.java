package io.vanth.ike.config;

import java.util.Map;
import java.util.Optional;

/// Keys of swanctl.conf and ipsec.conf, which people have in their fingers.
final class ForeignKey {
    private static final Map<String, String> HERE = Map.ofEntries(Map.entry("local_addrs", "local of the connection"),
            Map.entry("left", "local of the connection"), Map.entry("remote_addrs", "remote of the connection"),
            Map.entry("right", "remote of the connection"), Map.entry("leftid", "local: {id: …} of the connection"),
            Map.entry("rightid", "remote: {id: …} of the connection"),
            Map.entry("leftcert", "certificate: {file: …, key: …, ca: …}"),
            Map.entry("rightrsasigkey", "rawKey: {key: …, remote: …}"),
            Map.entry("aggressive", "mode: aggressive"), Map.entry("ike", "proposals of the connection, as a list"),
            Map.entry("children", "tunnels"), Map.entry("secret", "psk: {file: …}"),
            Map.entry("local_ts", "local of a tunnel"), Map.entry("leftsubnet", "local of a tunnel"),
            Map.entry("remote_ts", "remote of a tunnel"), Map.entry("rightsubnet", "remote of a tunnel"),
            Map.entry("esp", "proposals of a tunnel, as a list"),
            Map.entry("esp_proposals", "proposals of a tunnel, as a list"),
            Map.entry("phase2alg", "proposals of a tunnel, as a list"),
            Map.entry("pfs", "a group in the proposals of a tunnel"), Map.entry("rekey_time", "lifetime"),
            Map.entry("ikelifetime", "lifetime of the connection"), Map.entry("salifetime", "lifetime of a tunnel"),
            Map.entry("start_action", "start: always, onDemand or passive"),
            Map.entry("auto", "start: always, onDemand or passive"), Map.entry("encap", "encapsulation"),
            Map.entry("forceencaps", "encapsulation"), Map.entry("dpd_delay", "dpd: {delay: …}"),
            Map.entry("dpddelay", "dpd: {delay: …}"), Map.entry("dpd_action", "dpd: {action: …}"),
            Map.entry("dpdaction", "dpd: {action: …}"), Map.entry("updown", "hooks: {up: …, down: …}"),
            Map.entry("leftupdown", "hooks: {up: …, down: …}"), Map.entry("version", "nothing: there is IKEv1 alone"),
            Map.entry("keyexchange", "nothing: there is IKEv1 alone"),
            Map.entry("ikev2", "nothing: there is IKEv1 alone"));

    private ForeignKey() {}

    /// What says the same here.
    static Optional<String> here(String key) {
        return Optional.ofNullable(HERE.get(key));
    }
}
