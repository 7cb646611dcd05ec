package io.vanth.ike.config;

import io.vanth.dataplane.FlowConfidentiality;

/// Reads what a tunnel hides of lengths and times.
final class FlowReader {
    private static final String MTU = "mtu";
    private static final String PADS_ONLY = "netlink";

    private FlowReader() {}

    static FlowConfidentiality read(Section tunnel, String dataPlane) {
        Section section = tunnel.section("tfc");
        int paddedLength = section.text("pad")
                .map(text -> text.equals(MTU) ? FlowConfidentiality.MTU : Integer.parseInt(text)).orElse(0);
        int packetsPerSecond = section.get("dummies").asInt(0);
        if (packetsPerSecond > 0 && dataPlane.equals(PADS_ONLY)) {
            section.section("dummies").error("the data plane 'netlink' pads packets but sends no dummy packets",
                    "leave dummies out, or use the data plane 'userspace'");
        } else if (packetsPerSecond > 0 && paddedLength == 0) {
            section.warning("dummy packets are told from others by their length", "write pad: mtu too");
        }
        return new FlowConfidentiality(paddedLength, packetsPerSecond);
    }
}
