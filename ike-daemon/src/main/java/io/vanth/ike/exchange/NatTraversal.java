package io.vanth.ike.exchange;

import io.vanth.ike.policy.TunnelMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.VendorId;
import io.vanth.ike.wire.PayloadType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The NAT traversals that are spoken here, the newest first. Each vendor id is the MD5 hash of the document's name
/// (RFC 3947 section 3.1); draft 02 was announced with and without a line break behind its name. Drafts 00 and 01 have
/// another encapsulation and are not among them.
public enum NatTraversal {
    RFC_3947("4a131c81070358455c5728f20e95452f", PayloadType.NAT_D, TunnelMode.UDP),
    DRAFT_03("7d9419a65310ca6f2c179d9215529d56", PayloadType.NAT_D_DRAFT, TunnelMode.UDP_DRAFT),
    DRAFT_02_WITH_LINE_BREAK("90cb80913ebb696e086381b5ec427b1f", PayloadType.NAT_D_DRAFT, TunnelMode.UDP_DRAFT),
    DRAFT_02("cd60464335df21f87cfdb2fc68b6a448", PayloadType.NAT_D_DRAFT, TunnelMode.UDP_DRAFT);

    @SuppressWarnings("ImmutableEnumChecker") // Bytes do not change
    private final VendorId vendorId;
    private final PayloadType discovery;
    private final TunnelMode tunnelMode;

    NatTraversal(String vendorId, PayloadType discovery, TunnelMode tunnelMode) {
        this.vendorId = new VendorId(Bytes.ofHex(vendorId));
        this.discovery = discovery;
        this.tunnelMode = tunnelMode;
    }

    /// The newest that `payloads` announce.
    public static Optional<NatTraversal> newest(List<Payload> payloads) {
        return Arrays.stream(values()).filter(each -> payloads.contains(each.vendorId)).findFirst();
    }

    /// What announces it.
    public VendorId vendorId() {
        return vendorId;
    }

    /// The payload number of its NAT-D.
    PayloadType discovery() {
        return discovery;
    }

    /// What phase 2 calls tunnel mode when a NAT was found.
    TunnelMode tunnelMode() {
        return tunnelMode;
    }
}
