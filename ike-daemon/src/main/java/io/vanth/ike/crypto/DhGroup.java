package io.vanth.ike.crypto;

import java.util.Arrays;
import java.util.Optional;

/// The Diffie-Hellman groups that are spoken here, with their size on the wire.
public enum DhGroup {
    /// RFC 3526 section 3; section 8 gives the exponent's size.
    MODP2048(14, GroupParameters.Modp.of("""
            FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74
            020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437
            4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED
            EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05
            98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB
            9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B
            E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718
            3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF
            """, 2, 320)),
    /// RFC 5903 section 3.1.
    ECP256(19, new GroupParameters.Ecp("secp256r1", 32));

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
