package io.vanth.lab.kernel;

import io.vanth.dataplane.SecurityProtocol;
import java.util.List;

/// Which SAs a packet passes, innermost first.
enum Protection {
    ESP("ESP", SecurityProtocol.ESP),
    AH("AH", SecurityProtocol.AH),
    ESP_AH("ESP+AH", SecurityProtocol.ESP, SecurityProtocol.AH),
    ESP_IPCOMP("ESP+IPComp", SecurityProtocol.IPCOMP, SecurityProtocol.ESP),
    ESP_IN_ESP("ESP in ESP", SecurityProtocol.ESP, SecurityProtocol.ESP),
    ESP_IN_AH("ESP in AH", SecurityProtocol.ESP, SecurityProtocol.AH);

    /// At most one header of IP is added.
    static final List<Protection> SINGLE = List.of(ESP, AH, ESP_AH, ESP_IPCOMP);
    /// Tunnels inside of tunnels.
    static final List<Protection> NESTED = List.of(ESP_IN_ESP, ESP_IN_AH);

    private final String text;
    @SuppressWarnings("ImmutableEnumChecker") // always List.of(...)
    private final List<SecurityProtocol> protocols;

    Protection(String text, SecurityProtocol... protocols) {
        this.text = text;
        this.protocols = List.of(protocols);
    }

    List<SecurityProtocol> protocols() {
        return protocols;
    }

    boolean isNested() {
        return NESTED.contains(this);
    }

    @Override
    public String toString() {
        return text;
    }
}
