package io.vanth.ike.policy;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.PhaseOneCipher;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Payload.Proposal;
import io.vanth.ike.wire.Payload.TransformItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One phase 1 transform and its attributes, RFC 2409 appendix A.
final class PhaseOneTransform {
    static final int LIFE_TYPE = 11;
    static final int LIFE_DURATION = 12;
    /// KEY_IKE, RFC 2407 section 4.4.2.
    private static final int KEY_IKE = 1;
    private static final int ENCRYPTION = 1;
    private static final int HASH = 2;
    private static final int AUTHENTICATION = 3;
    private static final int GROUP = 4;
    private static final int KEY_LENGTH = 14;
    private static final int SECONDS = 1;
    /// Others name what is not done here, such as a group by its parameters or a PRF: accepting it would be a lie.
    private static final Set<Integer> KNOWN = Set.of(ENCRYPTION, HASH, AUTHENTICATION, GROUP, LIFE_TYPE,
            LIFE_DURATION, KEY_LENGTH);
    /// RFC 2408 section 3.5: in phase 1 it "MAY be from zero (0) to sixteen (16)", and what it is does not matter.
    private static final int LONGEST_SPI = 16;

    private PhaseOneTransform() {}

    static TransformItem write(int number, IkeProposal proposal, AuthenticationMethod method, Duration lifetime) {
        var attributes = new ArrayList<Attribute>();
        attributes.add(Attribute.basic(ENCRYPTION, proposal.cipher().code()));
        if (proposal.cipher().hasKeyLengths()) {
            attributes.add(Attribute.basic(KEY_LENGTH, proposal.keyBits()));
        }
        attributes.add(Attribute.basic(HASH, proposal.hash().code()));
        attributes.add(Attribute.basic(GROUP, proposal.group().code()));
        attributes.add(Attribute.basic(AUTHENTICATION, method.code()));
        attributes.add(Attribute.basic(LIFE_TYPE, SECONDS));
        attributes.add(Attributes.duration(LIFE_DURATION, lifetime));
        return new TransformItem(number, KEY_IKE, attributes);
    }

    /// What it stands for; empty where that is not done here, or contradicts itself.
    static Optional<PhaseOneOffer.Agreed> read(Proposal proposal, TransformItem transform) {
        List<Attribute> attributes = transform.attributes();
        if (proposal.protocol() != PhaseOneOffer.PROTO_ISAKMP || proposal.spi().length() > LONGEST_SPI
                || transform.id() != KEY_IKE || Attributes.hasDoubles(attributes, LIFE_TYPE, LIFE_DURATION)
                || attributes.stream().anyMatch(each -> !KNOWN.contains(each.type()))) {
            return Optional.empty();
        }
        Optional<AuthenticationMethod> method = Attributes.value(attributes, AUTHENTICATION)
                .flatMap(AuthenticationMethod::of);
        Optional<PhaseOneCipher> cipher = Attributes.value(attributes, ENCRYPTION).flatMap(PhaseOneCipher::of);
        Optional<HashAlgorithm> hash = Attributes.value(attributes, HASH).flatMap(HashAlgorithm::of);
        Optional<DhGroup> group = Attributes.value(attributes, GROUP).flatMap(DhGroup::of);
        if (method.isEmpty() || cipher.isEmpty() || hash.isEmpty() || group.isEmpty()) {
            return Optional.empty();
        }
        return keyBits(cipher.get(), Attributes.value(attributes, KEY_LENGTH))
                .map(bits -> new PhaseOneOffer.Agreed(new IkeProposal(cipher.get(), bits, hash.get(), group.get()),
                        method.get()));
    }

    /// The key length that is named and exists. Where none is named: the only or the standard one. Where a cipher has but
    /// one, RFC 2409 appendix A forbids to name it; naming the right one harms nobody.
    private static Optional<Integer> keyBits(PhaseOneCipher cipher, Optional<Long> named) {
        return named.isEmpty()
                ? cipher.standardKeyBits()
                : cipher.keyBits().stream().filter(bits -> (long) bits == named.get()).findFirst();
    }

    /// The peer's lifetime, if it names one in seconds.
    static Optional<Duration> lifetime(TransformItem transform) {
        return Attributes.lifetime(transform.attributes(), LIFE_TYPE, LIFE_DURATION, SECONDS);
    }

    /// Each attribute but the lifetimes by name, as text. Total, and short whatever the peer sent.
    static Map<String, String> texts(Proposal proposal, TransformItem transform) {
        var texts = new LinkedHashMap<String, String>();
        if (proposal.protocol() != PhaseOneOffer.PROTO_ISAKMP) {
            texts.put("protocol", AlgorithmNames.protocol(proposal.protocol()));
        }
        if (proposal.spi().length() > LONGEST_SPI) {
            texts.put("SPI", proposal.spi().length() + " bytes");
        }
        if (transform.id() != KEY_IKE) {
            texts.put("transform id", Integer.toString(transform.id()));
        }
        for (Attribute attribute : transform.attributes()) {
            if (attribute.type() != LIFE_TYPE && attribute.type() != LIFE_DURATION) {
                Attributes.add(texts, name(attribute.type()), text(attribute));
            }
        }
        return Attributes.bounded(texts);
    }

    private static String name(int type) {
        return switch (type) {
            case ENCRYPTION -> "cipher";
            case HASH -> "hash";
            case AUTHENTICATION -> "authentication";
            case GROUP -> "group";
            case KEY_LENGTH -> "key length";
            default -> "attribute " + type;
        };
    }

    private static String text(Attribute attribute) {
        long value = attribute.number();
        return switch (attribute.type()) {
            case ENCRYPTION -> AlgorithmNames.cipher(value);
            case HASH -> AlgorithmNames.hash(value);
            case AUTHENTICATION -> AlgorithmNames.authenticationMethod(value);
            case GROUP -> AlgorithmNames.group(value);
            default -> Attributes.numberText(attribute);
        };
    }

    /// As a proposal is written, and how the peers authenticate unless that is by a pre-shared key, as one expects.
    static String describe(Proposal proposal, TransformItem transform) {
        Map<String, String> texts = texts(proposal, transform);
        String words = String.join("-",
                texts.getOrDefault("cipher", "no cipher") + texts.getOrDefault("key length", ""),
                texts.getOrDefault("hash", "no hash"), texts.getOrDefault("group", "no group"));
        String method = texts.getOrDefault("authentication", "no way to authenticate");
        return method.equals(AlgorithmNames.authenticationMethod(AuthenticationMethod.PRE_SHARED_KEY.code()))
                ? words
                : words + " with " + method;
    }
}
