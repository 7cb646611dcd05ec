package io.vanth.ike.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMParser;

/// Certificates and revocation lists as files hold them: PEM, several in a row, or one in DER.
public final class StoredCertificates {
    private static final int SEQUENCE = 0x30;

    private StoredCertificates() {}

    /// At least one, in the order of the file; other objects in PEM are passed over. Throws `IllegalArgumentException`
    /// with the reason.
    public static List<X509Certificate> certificates(byte[] content) {
        return read(content, X509CertificateHolder.class, "certificate",
                (factory, bytes) -> (X509Certificate) factory.generateCertificate(bytes));
    }

    /// At least one, in the order of the file. Throws `IllegalArgumentException` with the reason.
    public static List<X509CRL> revocationLists(byte[] content) {
        return read(content, X509CRLHolder.class, "revocation list",
                (factory, bytes) -> (X509CRL) factory.generateCRL(bytes));
    }

    private interface Parser<T> {
        T parse(CertificateFactory factory, ByteArrayInputStream bytes) throws GeneralSecurityException;
    }

    private static <T> List<T> read(byte[] content, Class<?> wanted, String what, Parser<T> parser) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            if (content.length > 0 && content[0] == SEQUENCE) {
                return List.of(parser.parse(factory, new ByteArrayInputStream(content)));
            }
            List<T> all = new ArrayList<>();
            try (PEMParser pem = pem(content)) {
                for (Object each = pem.readObject(); each != null; each = pem.readObject()) {
                    if (wanted.isInstance(each)) {
                        all.add(parser.parse(factory, new ByteArrayInputStream(encoded(each))));
                    }
                }
            }
            if (all.isEmpty()) {
                throw new IllegalArgumentException("there is no " + what + " in it");
            }
            return all;
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalArgumentException("it holds a %s that cannot be read: %s".formatted(what,
                    Printable.of(broken.getMessage())), broken);
        }
    }

    static PEMParser pem(byte[] content) {
        return new PEMParser(new StringReader(new String(content, StandardCharsets.ISO_8859_1)));
    }

    private static byte[] encoded(Object holder) throws IOException {
        return holder instanceof X509CertificateHolder certificate
                ? certificate.getEncoded()
                : ((X509CRLHolder) holder).getEncoded();
    }
}
