package io.vanth.ike.policy;

import io.vanth.dataplane.EspTransform;
import java.util.List;
import java.util.Optional;

/// Proposals as strongSwan's and libreswan's users write them: words joined by `-`, in any order and case.
public final class ProposalNames {
    private ProposalNames() {}

    /// Reads `aes256-sha256-modp2048`; throws `IllegalArgumentException` that names the bad word and the nearest good
    /// one, or what is missing.
    public static IkeProposal parseIke(String text) {
        List<AlgorithmWord> words = Vocabulary.IKE.read(text);
        var cipher = only(words, AlgorithmWord.IkeCipher.class, text, "cipher")
                .orElseThrow(() -> missing(text, "cipher", "aes256-sha256-modp2048"));
        var hash = only(words, AlgorithmWord.IkeHash.class, text, "hash")
                .orElseThrow(() -> missing(text, "hash", "aes256-sha256-modp2048"));
        var group = only(words, AlgorithmWord.Group.class, text, "Diffie-Hellman group")
                .orElseThrow(() -> missing(text, "Diffie-Hellman group", "aes256-sha256-modp2048"));
        return new IkeProposal(cipher.cipher(), cipher.keyBits(), hash.hash(), group.group());
    }

    /// Reads `aes128gcm16`, `aes256-sha256` or either with `-modp2048` behind it; throws as [#parseIke(String)].
    public static EspProposal parseEsp(String text) {
        List<AlgorithmWord> words = Vocabulary.ESP.read(text);
        var cipher = only(words, AlgorithmWord.EspCipher.class, text, "cipher")
                .orElseThrow(() -> missing(text, "cipher", "aes128gcm16 or aes256-sha256"));
        var integrity = only(words, AlgorithmWord.EspIntegrity.class, text, "integrity algorithm");
        var group = only(words, AlgorithmWord.Group.class, text, "Diffie-Hellman group");
        if (cipher.cipher().isAead() && integrity.isPresent()) {
            throw new IllegalArgumentException("'%s': %s authenticates by itself; leave %s out".formatted(text,
                    Vocabulary.ESP.wordFor(cipher), Vocabulary.ESP.wordFor(integrity.get())));
        }
        if (!cipher.cipher().isAead() && integrity.isEmpty()) {
            throw missing(text, "integrity algorithm", Vocabulary.ESP.wordFor(cipher) + "-sha256");
        }
        var transform = new EspTransform(cipher.cipher(), cipher.keyBits(),
                integrity.map(AlgorithmWord.EspIntegrity::integrity));
        return new EspProposal(transform, group.map(AlgorithmWord.Group::group));
    }

    private static <W extends AlgorithmWord> Optional<W> only(List<AlgorithmWord> words, Class<W> kind, String text,
            String what) {
        List<W> found = words.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException(
                    "'%s' has more than one %s; write a proposal for each".formatted(text, what));
        }
        return found.stream().findFirst();
    }

    private static IllegalArgumentException missing(String text, String what, String example) {
        return new IllegalArgumentException("'%s' has no %s; write %s for example".formatted(text, what, example));
    }

    /// The canonical spelling.
    static String name(IkeProposal proposal) {
        return String.join("-",
                Vocabulary.IKE.wordFor(new AlgorithmWord.IkeCipher(proposal.cipher(), proposal.keyBits())),
                Vocabulary.IKE.wordFor(new AlgorithmWord.IkeHash(proposal.hash())),
                Vocabulary.IKE.wordFor(new AlgorithmWord.Group(proposal.group())));
    }

    static String name(EspProposal proposal) {
        EspTransform transform = proposal.transform();
        var name = new StringBuilder(
                Vocabulary.ESP.wordFor(new AlgorithmWord.EspCipher(transform.cipher(), transform.keyBits())));
        transform.integrity().map(AlgorithmWord.EspIntegrity::new)
                .ifPresent(integrity -> name.append('-').append(Vocabulary.ESP.wordFor(integrity)));
        proposal.group().map(AlgorithmWord.Group::new)
                .ifPresent(group -> name.append('-').append(Vocabulary.ESP.wordFor(group)));
        return name.toString();
    }
}
