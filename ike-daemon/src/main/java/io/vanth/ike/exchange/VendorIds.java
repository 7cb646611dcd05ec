package io.vanth.ike.exchange;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.VendorId;
import java.util.List;

/// The vendor ids that announce what is spoken here. They never decide on security.
public final class VendorIds {
    /// NAT traversal: the MD5 hash of "RFC 3947" (RFC 3947 section 3.1).
    public static final VendorId NAT_TRAVERSAL = new VendorId(Bytes.ofHex("4a131c81070358455c5728f20e95452f"));
    /// Dead peer detection, version 1.0 (RFC 3706 section 5.1).
    public static final VendorId DEAD_PEER_DETECTION = new VendorId(Bytes.ofHex("afcad71368a1f1c96b8696fc77570100"));

    private VendorIds() {}

    /// Whether `payloads` announce `vendor`.
    public static boolean announced(List<Payload> payloads, VendorId vendor) {
        return payloads.stream().anyMatch(vendor::equals);
    }
}
