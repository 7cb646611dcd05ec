package io.vanth.ike.certificate;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// What a peer's certificate payloads hold (RFC 2408 section 3.9), within bounds (S-13).
record Presented(List<X509Certificate> certificates, List<X509CRL> crls) {
    private static final int PKCS7 = 1;
    private static final int X509_SIGNATURE = 4;
    private static final int CRL = 7;
    private static final int MOST = 12;
    /// A key and a signature of 8192 bits, and many names.
    private static final int LONGEST = 16 * 1024;

    Presented {
        certificates = List.copyOf(certificates);
        crls = List.copyOf(crls);
    }

    /// The reason is the end of a sentence about the payloads.
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String reason) {
            super(reason);
        }
    }

    static Presented read(List<Payload.Certificate> payloads) throws UnreadableException {
        List<X509Certificate> certificates = new ArrayList<>();
        List<X509CRL> crls = new ArrayList<>();
        if (payloads.size() > MOST) {
            throw new UnreadableException("are %d, and at most %d are read".formatted(payloads.size(), MOST));
        }
        for (Payload.Certificate payload : payloads) {
            Bytes data = payload.data();
            switch (payload.encoding()) {
                case X509_SIGNATURE -> certificates.add(certificate(data));
                case PKCS7 -> certificates.addAll(bundle(data));
                case CRL -> crls.add(crl(data));
                default -> {
                }
            }
        }
        if (certificates.size() > MOST) {
            throw new UnreadableException("hold more than %d certificates".formatted(MOST));
        }
        return new Presented(certificates, crls);
    }

    private static X509Certificate certificate(Bytes data) throws UnreadableException {
        return bounded(data, factory -> {
            var certificate = (X509Certificate) factory.generateCertificate(stream(data));
            if (!Bytes.owning(certificate.getEncoded()).equals(data)) {
                throw new CertificateException("something stands behind it");
            }
            return certificate;
        });
    }

    private static List<X509Certificate> bundle(Bytes data) throws UnreadableException {
        return bounded(data, factory -> {
            List<X509Certificate> all = new ArrayList<>();
            for (Certificate each : factory.generateCertificates(stream(data))) {
                all.add((X509Certificate) each);
            }
            return all;
        });
    }

    private static X509CRL crl(Bytes data) throws UnreadableException {
        return bounded(data, factory -> (X509CRL) factory.generateCRL(stream(data)));
    }

    private interface Parser<T> {
        T parse(CertificateFactory factory) throws GeneralSecurityException;
    }

    private static <T> T bounded(Bytes data, Parser<T> parser) throws UnreadableException {
        if (data.length() > LONGEST) {
            throw new UnreadableException("hold one of %d bytes, and at most %d are read".formatted(data.length(),
                    LONGEST));
        }
        if (data.isEmpty() || data.at(0) != 0x30) {
            throw new UnreadableException("hold something that is not DER");
        }
        try {
            return parser.parse(CertificateFactory.getInstance("X.509"));
        } catch (GeneralSecurityException | RuntimeException broken) {
            throw new UnreadableException("hold one that cannot be read: " + Printable.of(broken.getMessage()));
        }
    }

    private static ByteArrayInputStream stream(Bytes data) {
        return new ByteArrayInputStream(data.toArray());
    }
}
