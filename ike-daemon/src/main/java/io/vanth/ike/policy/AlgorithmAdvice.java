package io.vanth.ike.policy;

import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.PhaseOneCipher;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the RFCs say against an algorithm of a proposal. RFC 8247 is about IKEv2, and RFC 9395 section 3 leaves IKEv1 no
/// better guidance.
///
/// @param word     the algorithm, as proposals name it
/// @param verdict  what to do about it
/// @param reason   what is wrong and which section says so
/// @param instead  what to write if the peer allows
public record AlgorithmAdvice(String word, Verdict verdict, String reason, String instead) {
    /// How bad it is.
    public enum Verdict {
        /// Only with [Risk#WEAK_ALGORITHMS].
        WEAK,
        /// Still needed for old peers, but there is better.
        AGING
    }

    /// About phase 1; empty where nothing is said against it.
    public static List<AlgorithmAdvice> of(IkeProposal proposal) {
        return Stream.of(about(proposal.cipher()), about(proposal.hash()), about(proposal.group()))
                .flatMap(Optional::stream).toList();
    }

    /// About phase 2.
    public static List<AlgorithmAdvice> of(EspProposal proposal) {
        return proposal.group().flatMap(AlgorithmAdvice::about).stream().toList();
    }

    /// Whether a group needs [Risk#WEAK_ALGORITHMS].
    static boolean isWeak(DhGroup group) {
        return about(group).map(advice -> advice.verdict == Verdict.WEAK).orElse(false);
    }

    private static Optional<AlgorithmAdvice> about(PhaseOneCipher cipher) {
        return switch (cipher) {
            case DES_CBC -> weak("des", "RFC 8247 section 2.1: MUST NOT", "aes128 or aes256");
            case BLOWFISH_CBC -> weak("blowfish", "RFC 9395 section 5: deprecated", "aes128 or aes256");
            case CAST_CBC -> weak("cast", "RFC 9395 section 5: deprecated", "aes128 or aes256");
            case TRIPLE_DES_CBC -> aging("3des", "RFC 8247 section 2.1: MAY, and no more than that",
                    "aes128 or aes256");
            case AES_CBC, CAMELLIA_CBC -> Optional.empty();
        };
    }

    /// SHA-1 is not among them: as PRF it is "MUST-" in RFC 8247 section 2.2.
    private static Optional<AlgorithmAdvice> about(HashAlgorithm hash) {
        return switch (hash) {
            case MD5 -> weak("md5", "RFC 8247 section 2.2: MUST NOT", "sha256");
            case SHA1, SHA256, SHA384, SHA512 -> Optional.empty();
        };
    }

    /// Groups 2, 23 and 24 are SHOULD NOT as group 5 is, but of 1024 bits, or with primes of unknown origin.
    private static Optional<AlgorithmAdvice> about(DhGroup group) {
        String word = Vocabulary.word(group);
        return switch (group) {
            case MODP768, MODP1024S160 -> weak(word, "RFC 8247 section 2.4: MUST NOT", "modp2048 or ecp256");
            case MODP1024, MODP2048S224, MODP2048S256 ->
                weak(word, "RFC 8247 section 2.4: SHOULD NOT", "modp2048 or ecp256");
            case MODP1536 -> aging(word, "RFC 8247 section 2.4: SHOULD NOT", "modp2048 or ecp256");
            case MODP2048, MODP3072, MODP4096, MODP6144, MODP8192, ECP256, ECP384, ECP521, ECP224BP, ECP256BP, ECP384BP,
                    ECP512BP, CURVE25519 ->
                Optional.empty();
        };
    }

    private static Optional<AlgorithmAdvice> weak(String word, String source, String instead) {
        return Optional.of(new AlgorithmAdvice(word, Verdict.WEAK, "%s is weak (%s)".formatted(word, source), instead));
    }

    private static Optional<AlgorithmAdvice> aging(String word, String source, String instead) {
        return Optional
                .of(new AlgorithmAdvice(word, Verdict.AGING, "%s is aging (%s)".formatted(word, source), instead));
    }
}
