package io.vanth.ike.config;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Finds pre-shared keys that a guesser tries first (CVE-2018-5389): one recorded aggressive mode, or one main mode that was
/// answered by the guesser, is enough to try them all.
final class GuessableKey {
    /// NIST SP 800-63B section 5.1.1.1 has no shorter secrets; 8 random letters fall within hours offline, but those are
    /// only warned of.
    private static final int SHORTEST = 8;
    /// Without case and what stands behind the last letter.
    private static final Set<String> COMMON = Set.of("password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword",
            "passphrase",
            "secret", "mysecret", "topsecret", "secretkey", "mysecretkey", "supersecret", "sharedsecret", "sharedkey",
            "shared-key", "shared_key", "psk", "mypsk", "pskkey", "preshared", "presharedkey", "pre-shared-key",
            "pre_shared_key", "presharedsecret", "vpn", "vpnkey", "vpnpassword", "vpnsecret", "vpnpsk", "ipsec",
            "ipsecvpn",
            "ipseckey", "ipsecpsk", "ikepsk", "cisco", "ciscocisco", "juniper", "fortinet", "fortigate", "mikrotik",
            "checkpoint", "strongswan", "libreswan", "openswan", "racoon", "isakmp", "vanth", "admin", "administrator",
            "root", "default", "changeme", "change-me", "change_me", "letmein", "welcome", "company", "qwerty",
            "qwertyui", "qwertyuiop", "qwertz", "qwertzui", "asdfghjkl", "asdfasdf", "iloveyou", "monkey", "dragon",
            "sunshine", "football", "baseball", "master", "test", "testtest", "testkey", "testing", "example",
            "sitetosite",
            "site-to-site");

    private GuessableKey() {}

    /// Why a key is guessable; empty if it is not obviously so.
    static Optional<String> reason(byte[] key) {
        if (key.length < SHORTEST) {
            return Optional.of("the pre-shared key has only %d bytes: it can be guessed (CVE-2018-5389)"
                    .formatted(key.length));
        }
        String text = new String(key, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return COMMON.contains(text) || COMMON.contains(text.replaceFirst("[^a-z]+$", "")) || isSequence(text)
                ? Optional.of("the pre-shared key is one of those that are tried first (CVE-2018-5389)")
                : Optional.empty();
    }

    /// Whether each character is the one before it, or the next or the previous one (`11111111`, `12345678`, `hgfedcba`);
    /// 9 is followed by 0.
    private static boolean isSequence(String text) {
        boolean same = true;
        boolean up = true;
        boolean down = true;
        for (int i = 1; i < text.length(); i++) {
            int step = text.charAt(i) - text.charAt(i - 1);
            same &= step == 0;
            up &= step == 1 || step == -9;
            down &= step == -1 || step == 9;
        }
        return same || up || down;
    }
}
