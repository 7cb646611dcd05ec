package io.vanth.lab.kernel;

import io.vanth.dataplane.SecurityProtocol;
import java.util.List;

/// Which SAs a packet passes, innermost first.
enum Protection {
    ESP("ESP", SecurityProtocol.ESP),
    AH("AH", SecurityProtocol.AH),
    ESP_AH("ESP+AH", SecurityProtocol.ESP, SecurityProtocol.AH),
    ESP_IPCOMP("ESP+IPComp", SecurityProtocol.IPCOMP, SecurityProtocol.ESP);

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

    @Override
    public String toString() {
        return text;
    }
}
