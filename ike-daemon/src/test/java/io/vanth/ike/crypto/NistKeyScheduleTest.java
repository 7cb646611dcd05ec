package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.Corpora;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// NIST CAVS 17.3, IKEv1 key derivation: 400 records with pre-shared keys and 400 with signatures.
class NistKeyScheduleTest {
    private static final Pattern HASH = Pattern.compile("\\[SHA-(\\d+)]");
    private static final Pattern FIELD = Pattern.compile("(\\S+) = (\\S+)");

    private record Answers(HashAlgorithm hash, Map<String, String> fields) {
        Bytes bytes(String name) {
            return Bytes.ofHex(fields.get(name));
        }

        Secret secret(String name) {
            return Secret.owning(bytes(name).toArray());
        }

        Cookie cookie(String name) {
            return new Cookie(bytes(name).longAt(0));
        }
    }

    @Test
    void preSharedKeys() throws IOException {
        check("ikev1_psk.fax", (record, prf) -> {
            try (Secret key = record.secret("pre-shared-key")) {
                return PhaseOneKeys.preSharedSkeyid(prf, key, record.bytes("Ni"), record.bytes("Nr"));
            }
        });
    }

    @Test
    void signatures() throws IOException {
        check("ikev1_dsa.fax", (record, prf) -> {
            try (Secret shared = record.secret("g^xy")) {
                return PhaseOneKeys.signatureSkeyid(prf, record.bytes("Ni"), record.bytes("Nr"), shared);
            }
        });
    }

    private static void check(String file, BiFunction<Answers, Prf, Secret> skeyid) throws IOException {
        List<Answers> records = read(file);
        assertEquals(400, records.size());
        for (Answers record : records) {
            var prf = new Prf(record.hash());
            try (Secret shared = record.secret("g^xy");
                    PhaseOneKeys keys = PhaseOneKeys.derive(prf, skeyid.apply(record, prf), shared,
                            record.cookie("CKY_I"), record.cookie("CKY_R"), PhaseOneCipher.AES_CBC, 128)) {
                String where = file + " " + record;
                assertEquals(record.secret("SKEYID"), keys.skeyid(), where);
                assertEquals(record.secret("SKEYID_d"), keys.skeyidD(), where);
                assertEquals(record.secret("SKEYID_a"), keys.skeyidA(), where);
                assertEquals(record.secret("SKEYID_e"), keys.skeyidE(), where);
                assertEquals(record.secret("SKEYID_e").slice(0, 16), keys.cipherKey(), where);
            }
        }
    }

    private static List<Answers> read(String file) throws IOException {
        List<Answers> records = new ArrayList<>();
        HashAlgorithm hash = HashAlgorithm.SHA1;
        for (String line : Files.readAllLines(Corpora.folder("kdf").resolve(file))) {
            Matcher heading = HASH.matcher(line);
            Matcher field = FIELD.matcher(line);
            if (heading.matches()) {
                hash = HashAlgorithm.valueOf("SHA" + heading.group(1));
            } else if (field.matches() && field.group(1).equals("COUNT")) {
                records.add(new Answers(hash, new HashMap<>()));
            } else if (field.matches()) {
                records.getLast().fields().put(field.group(1), field.group(2));
            }
        }
        return records;
    }
}
