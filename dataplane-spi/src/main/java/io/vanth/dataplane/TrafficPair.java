package io.vanth.dataplane;

/// The packets between a local and a remote selector, in both directions.
public record TrafficPair(TrafficSelector local, TrafficSelector remote) {
    public TrafficPair {
        if (local.addresses().isIpv6() != remote.addresses().isIpv6()) {
            throw new IllegalArgumentException("%s and %s are of two families".formatted(local, remote));
        }
    }

    @Override
    public String toString() {
        return local + " === " + remote;
    }
}
