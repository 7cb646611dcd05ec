package io.vanth.ike.policy;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Proposal;
import io.vanth.ike.wire.Payload.TransformItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Two sides' proposals that have nothing in common, for people. Total on whatever a peer offers, and bounded in size.
///
/// @param ours    the acceptable ones, as the configuration spells them
/// @param theirs  the offered ones, likewise as far as they have a spelling
/// @param closest the one of ours and the one of theirs that differ in the fewest attributes, attribute by attribute
public record ProposalComparison(List<String> ours, List<String> theirs, List<Row> closest) {
    private static final int MOST = 32;
    private static final String NONE = "none";
    /// Ours only: whatever the peer wants is taken.
    private static final String ANY = "any";

    public ProposalComparison {
        ours = bounded(ours);
        theirs = bounded(theirs);
        closest = List.copyOf(closest);
    }

    /// One attribute of both sides.
    public record Row(String attribute, String ours, String theirs) {
        /// Whether this attribute is one of those that keep the two apart.
        public boolean differs() {
            return !ours.equals(theirs) && !ours.equals(ANY);
        }
    }

    /// Of phase 1: cipher, key length, hash, group and authentication.
    public static ProposalComparison phaseOne(Payload.Sa offered, List<IkeProposal> acceptable,
            List<AuthenticationMethod> methods) {
        List<Map<String, String>> ours = acceptable.stream()
                .flatMap(proposal -> methods.stream().map(method -> phaseOne(proposal, method))).toList();
        List<Map<String, String>> theirs = transforms(offered)
                .map(each -> PhaseOneTransform.texts(each.getKey(), each.getValue())).toList();
        return new ProposalComparison(acceptable.stream().map(IkeProposal::toString).toList(),
                PhaseOneOffer.describe(offered), closest(ours, theirs));
    }

    private static Map<String, String> phaseOne(IkeProposal proposal, AuthenticationMethod method) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("cipher", AlgorithmNames.cipher(proposal.cipher().code()));
        names.put("key length", proposal.cipher().hasKeyLengths() ? Integer.toString(proposal.keyBits()) : NONE);
        names.put("hash", AlgorithmNames.hash(proposal.hash().code()));
        names.put("group", AlgorithmNames.group(proposal.group().code()));
        names.put("authentication", AlgorithmNames.authenticationMethod(method.code()));
        return names;
    }

    /// Of phase 2: protocol, cipher, key length, integrity, PFS group and encapsulation.
    ///
    /// @param mode the only acceptable one
    public static ProposalComparison phaseTwo(Payload.Sa offered, List<EspProposal> acceptable, TunnelMode mode) {
        List<Map<String, String>> ours = acceptable.stream().map(each -> phaseTwo(each, mode)).toList();
        List<Map<String, String>> theirs = transforms(offered)
                .map(each -> PhaseTwoOffer.attributeNames(offered, each.getKey(), each.getValue())).toList();
        return new ProposalComparison(acceptable.stream().map(EspProposal::toString).toList(),
                PhaseTwoOffer.describe(offered), closest(ours, theirs));
    }

    private static Map<String, String> phaseTwo(EspProposal proposal, TunnelMode mode) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("protocol", "esp");
        names.put("cipher", PhaseTwoOffer.cipherName(proposal.transform().cipher()));
        names.put("key length", keyBits(proposal.transform().cipher().keyBits(), proposal.transform().keyBits()));
        names.put("integrity", PhaseTwoOffer.integrityName(proposal.transform().integrity()));
        names.put("PFS group", proposal.group().map(group -> AlgorithmNames.group(group.code())).orElse(ANY));
        names.put("encapsulation", AlgorithmNames.encapsulation(mode.code()));
        return names;
    }

    private static String keyBits(List<Integer> possible, int bits) {
        return possible.size() > 1 ? Integer.toString(bits) : NONE;
    }

    private static Stream<Map.Entry<Proposal, TransformItem>> transforms(Payload.Sa offered) {
        return offered.proposals().stream()
                .flatMap(proposal -> proposal.transforms().stream().map(each -> Map.entry(proposal, each))).limit(MOST);
    }

    private static List<Row> closest(List<Map<String, String>> ours, List<Map<String, String>> theirs) {
        List<Row> best = List.of();
        long fewest = Long.MAX_VALUE;
        for (Map<String, String> our : ours.stream().limit(MOST).toList()) {
            for (Map<String, String> their : theirs) {
                List<Row> rows = rows(our, their);
                long differing = rows.stream().filter(Row::differs).count();
                if (differing < fewest) {
                    fewest = differing;
                    best = rows;
                }
            }
        }
        return best;
    }

    private static List<Row> rows(Map<String, String> ours, Map<String, String> theirs) {
        List<Row> rows = new ArrayList<>();
        ours.forEach((attribute, our) -> rows.add(new Row(attribute, our, theirs.getOrDefault(attribute, NONE))));
        return rows;
    }

    private static List<String> bounded(List<String> all) {
        return all.size() <= MOST
                ? List.copyOf(all)
                : Stream.concat(all.stream().limit(MOST), Stream.of("and %d more".formatted(all.size() - MOST)))
                        .toList();
    }
}
