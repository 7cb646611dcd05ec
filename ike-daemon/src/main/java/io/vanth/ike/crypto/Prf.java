package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;

/// The pseudo-random function that phase 1 negotiated: HMAC of its hash algorithm (RFC 2409 section 4).
public record Prf(HashAlgorithm hash) {
    /// prf(key, data | data | ...), public: for hashes that go over the wire. [HashAlgorithm#length()] bytes.
    public Bytes of(Secret key, Bytes... data) {
        return Bytes.owning(key.expose(bytes -> mac(bytes, Bytes.concat(data).toArray())));
    }

    /// The hash algorithm itself over public data, for NAT discovery (RFC 3947 section 3.2).
    public Bytes digest(Bytes... data) {
        try {
            return Bytes
                    .owning(MessageDigest.getInstance(hash.digestName()).digest(Bytes.concat(data).toArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no " + hash.digestName(), e);
        }
    }

    /// prf(key, data | data | ...), secret: for keys. The caller closes it and wipes `data` where that is its own.
    Secret derive(Secret key, byte[]... data) {
        return Secret.owning(key.expose(bytes -> mac(bytes, data)));
    }

    private byte[] mac(byte[] key, byte[]... data) {
        try {
            var mac = Mac.getInstance(hash.macName());
            mac.init(new BorrowedKey(hash.macName(), key));
            for (byte[] part : data) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime cannot do " + hash.macName(), e);
        }
    }
}
