package io.vanth.ike.config;

import io.vanth.dataplane.SaId;
import io.vanth.ike.manual.Lack;
import io.vanth.ike.manual.ManualAssociation;
import io.vanth.ike.manual.ManualCheck;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.manual.ManualPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads manual associations and policies, and says which do not find each other.
record ManualReader(SecretReader secrets, ManualLimits limits) {
    /// What there is in `section`, without what has a finding of severity error.
    ///
    /// @param whole whether others may be elsewhere: then what is missing here is no finding
    ManualEntries read(Section section, boolean whole) {
        AssociationReader reader = new AssociationReader(secrets, limits);
        List<ManualAssociation> associations = section.section("associations").sections().stream().map(reader::read)
                .flatMap(Optional::stream).toList();
        List<ManualPolicy> policies = section.section("policies").sections().stream().map(PolicyReader::read)
                .flatMap(Optional::stream).toList();
        checkTwice(associations, section.section("associations"));
        ManualEntries entries = new ManualEntries(associations, policies);
        if (whole && !section.findings().hasErrors()) {
            checkHalves(entries, section);
        }
        return entries;
    }

    private static void checkTwice(List<ManualAssociation> associations, Section section) {
        Map<SaId, String> seen = new HashMap<>();
        for (ManualAssociation each : associations) {
            String other = seen.putIfAbsent(each.id(), each.name());
            if (other != null) {
                section.section(each.name()).error(
                        "protocol, destination and SPI are those of '%s'".formatted(other),
                        "choose another spi: the three are what an SA is known by");
            }
        }
    }

    private static void checkHalves(ManualEntries entries, Section section) {
        ManualCheck check = ManualCheck.of(entries);
        for (Lack lack : check.lacks()) {
            section.section("policies").section(lack.policy()).warning(lack.reason(),
                    "add it, or write another level");
        }
        for (String crowded : check.crowded()) {
            section.section("policies").section(crowded)
                    .warning("too many policies of this order before it share packets"
                            + " with it, and do something else with them: which comes first is not sure",
                            "write another order");
        }
        for (String unused : check.unused()) {
            section.section("associations").section(unused).warning("no policy has a layer for this SA",
                    "add one, or look at its protocol, mode, ends and id");
        }
    }
}
