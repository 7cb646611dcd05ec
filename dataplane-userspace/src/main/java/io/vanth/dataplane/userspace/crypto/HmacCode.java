package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Integrity;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A truncated HMAC: RFC 2403, RFC 2404, RFC 4868.
final class HmacCode extends IntegrityCode {
    private final Mac mac;

    HmacCode(Integrity integrity, boolean extended, String algorithm, byte[] key) throws GeneralSecurityException {
        Mac made = Mac.getInstance(algorithm);
        super(integrity, extended, made.getMacLength());
        mac = made;
        mac.init(new SecretKeySpec(key, algorithm));
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        mac.update(bytes, offset, length);
    }

    @Override
    void finish(byte[] result) throws GeneralSecurityException {
        mac.doFinal(result, 0);
    }
}
