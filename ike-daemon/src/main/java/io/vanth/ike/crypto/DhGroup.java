package io.vanth.ike.crypto;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.agreement.DHStandardGroups;

/// The Diffie-Hellman groups that are spoken here, with their size on the wire. Exponents have the larger of the two sizes
/// that RFC 3526 section 8 gives, and those of the groups before it that of its smallest.
public enum DhGroup {
    /// RFC 2409 section 6.1.
    MODP768(1, GroupParameters.Modp.of(DHStandardGroups.rfc2409_768, 240)),
    /// RFC 2409 section 6.2.
    MODP1024(2, GroupParameters.Modp.of(DHStandardGroups.rfc2409_1024, 240)),
    /// RFC 3526 section 2.
    MODP1536(5, GroupParameters.Modp.of(DHStandardGroups.rfc3526_1536, 240)),
    /// RFC 3526 section 3.
    MODP2048(14, GroupParameters.Modp.of(DHStandardGroups.rfc3526_2048, 320)),
    /// RFC 3526 section 4.
    MODP3072(15, GroupParameters.Modp.of(DHStandardGroups.rfc3526_3072, 420)),
    /// RFC 3526 section 5.
    MODP4096(16, GroupParameters.Modp.of(DHStandardGroups.rfc3526_4096, 480)),
    /// RFC 3526 section 6.
    MODP6144(17, GroupParameters.Modp.of(DHStandardGroups.rfc3526_6144, 540)),
    /// RFC 3526 section 7.
    MODP8192(18, GroupParameters.Modp.of(DHStandardGroups.rfc3526_8192, 620)),
    /// RFC 5903 section 3.1.
    ECP256(19, new GroupParameters.Ecp("secp256r1", 32)),
    /// RFC 5903 section 3.2.
    ECP384(20, new GroupParameters.Ecp("secp384r1", 48)),
    /// RFC 5903 section 3.3.
    ECP521(21, new GroupParameters.Ecp("secp521r1", 66)),
    /// RFC 5114 section 2.1.
    MODP1024S160(22, SubgroupParameters.MODP_1024_160),
    /// RFC 5114 section 2.2.
    MODP2048S224(23, SubgroupParameters.MODP_2048_224),
    /// RFC 5114 section 2.3.
    MODP2048S256(24, SubgroupParameters.MODP_2048_256),
    /// RFC 6932 section 2.1.
    ECP224BP(27, new GroupParameters.Brainpool("brainpoolP224r1", 28)),
    /// RFC 6932 section 2.2.
    ECP256BP(28, new GroupParameters.Brainpool("brainpoolP256r1", 32)),
    /// RFC 6932 section 2.3.
    ECP384BP(29, new GroupParameters.Brainpool("brainpoolP384r1", 48)),
    /// RFC 6932 section 2.4.
    ECP512BP(30, new GroupParameters.Brainpool("brainpoolP512r1", 64)),
    /// RFC 8031, which registers it for IKEv2 only; others speak it in IKEv1 too.
    CURVE25519(31, new GroupParameters.Montgomery());

    private final int code;
    @SuppressWarnings("ImmutableEnumChecker") // a record of immutable values
    private final GroupParameters parameters;

    DhGroup(int code, GroupParameters parameters) {
        this.code = code;
        this.parameters = parameters;
    }

    /// The value of attribute 4 in phase 1 and 3 in phase 2.
    public int code() {
        return code;
    }

    GroupParameters parameters() {
        return parameters;
    }

    /// The length of a key exchange payload's body in bytes.
    public int publicLength() {
        return parameters.publicLength();
    }

    /// The length of g^xy in bytes, leading zeros included.
    public int sharedLength() {
        return parameters.sharedLength();
    }

    /// The group of an attribute's value.
    public static Optional<DhGroup> of(long code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
