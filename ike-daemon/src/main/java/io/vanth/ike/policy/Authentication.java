package io.vanth.ike.policy;

import io.vanth.dataplane.Secret;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Trust;
import io.vanth.ike.crypto.AuthenticationMethod;
import java.util.List;

/// How both sides of a connection prove who they are. Owns its keys.
public sealed interface Authentication extends AutoCloseable {
    /// The methods that may be agreed, in order of preference.
    List<AuthenticationMethod> methods();

    @Override
    void close();

    /// Both know a key (RFC 2409 section 5.4).
    record PreShared(Secret key) implements Authentication {
        @Override
        public List<AuthenticationMethod> methods() {
            return List.of(AuthenticationMethod.PRE_SHARED_KEY);
        }

        @Override
        public void close() {
            key.close();
        }
    }

    /// Both sign, with the same method (RFC 2409 section 5.1).
    record Signatures(Credential own, Trust trust) implements Authentication {
        @Override
        public List<AuthenticationMethod> methods() {
            return List.of(own.method());
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
