package io.vanth.ike.identity;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vanth.ike.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IdentityTest {
    @ParameterizedTest
    @CsvSource({"192.0.2.1,1,c0000201", "::ffff:192.0.2.1,5,00000000000000000000ffffc0000201",
            "2001:db8::1,5,20010db8000000000000000000000001",
            "vpn.example.org,2,76706e2e6578616d706c652e6f7267", "gateway,2,67617465776179",
            "@gateway,2,67617465776179", "@192.0.2.1,2,3139322e302e322e31", "a@b.org,3,6140622e6f7267",
            "@@admin,3,61646d696e", "@#00ff,11,00ff", "@a b,2,612062"})
    void readsWhatTheConfigSays(String text, int type, String hex) {
        assertEquals(new Identity(type, Bytes.ofHex(hex)), Identity.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1,192.0.2.1", "::ffff:192.0.2.1,0:0:0:0:0:ffff:c000:201", "2001:db8::1,2001:db8:0:0:0:0:0:1",
            "vpn.example.org,vpn.example.org",
            "@vpn.example.org,vpn.example.org", "@192.0.2.1,@192.0.2.1", "a@b.org,a@b.org", "@@a@b.org,a@b.org",
            "@@admin,@@admin", "@#00FF,@#00ff", "@C=CH,@C=CH", "@::1,@::1"})
    void hasACanonicalSpelling(String text, String canonical) {
        assertEquals(canonical, Identity.parse(text).toString());
        assertEquals(Identity.parse(text), Identity.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "@@", "@#", "@#0", "@#xy", "999.1.1.1", "10.1", "1234", "10.0.0.0/33",
            "fe80::1%eth0", "1::2::3", "10.0.0.0.1/8", "10.0.0.1-10.0.0", "10.0.0.1-::1", "C=CH, Acme", "=", "X=1",
            "two words", "näme.example"})
    void refusesWhatIsNoIdentity(String text) {
        assertThrows(IllegalArgumentException.class, () -> Identity.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"1,c00002,type 1 #c00002", "4,0a010000ffff0000,10.1.0.0/16", "4,0a010000ff00ff00,10.1.0.0/255.0.255.0",
            "4,0a01000000000000,10.1.0.0/0", "7,0a0100000a0100ff,10.1.0.0-10.1.0.255",
            "5,00000000000000000000ffffc0000201,0:0:0:0:0:ffff:c000:201",
            "6,20010db8000000000000000000000000ffffffff000000000000000000000000,2001:db8:0:0:0:0:0:0/32",
            "8,0000000000000000000000000000000100000000000000000000000000000002,0:0:0:0:0:0:0:1-0:0:0:0:0:0:0:2",
            "9,3000,''", "9,31,type 9 #31", "77,0102,type 77 #0102", "2,4031,type 2 #4031", "2,2331,type 2 #2331"})
    void printsEveryType(int type, String hex, String text) {
        assertEquals(text, new Identity(type, Bytes.ofHex(hex)).toString());
    }

    @Test
    void printsDistinguishedNames() {
        byte[] der = new X500Principal("CN=Zoë\\, gateway,O=Acme,C=CH").getEncoded();
        assertEquals("C=CH, O=Acme, CN=Zo\\xc3\\xab\\, gateway",
                new Identity(Identity.DER_ASN1_DN, Bytes.of(der)).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"C=CH, O=Acme, CN=gw", "C=DE, O=A\\, B, CN=gw", "DC=org, DC=example, CN=gw",
            "C=DE, CN=b+OU=a, EMAILADDRESS=a@b.org", "CN=*", "SERIALNUMBER=7, CN=x", "10.1.0.0/16", "10.1.0.0/0",
            "2001:db8:0:0:0:0:0:0/32", "10.1.0.1-10.1.0.9", "0:0:0:0:0:0:0:1-0:0:0:0:0:0:0:2", "@10.1.0.0/16",
            "@10.1.0.1-10.1.0.9"})
    void readsWhatItPrints(String text) {
        assertEquals(text, Identity.parse(text).toString());
    }

    /// In the order of the encoding, as strongSwan and openssl write names.
    @Test
    void readsDistinguishedNames() {
        byte[] der = new X500Principal("CN=gw,O=Acme,C=CH").getEncoded();
        assertEquals(new Identity(Identity.DER_ASN1_DN, Bytes.of(der)), Identity.parse("C=CH, O=Acme,CN=gw"));
        assertEquals(Identity.parse("emailAddress=a@b.org"), Identity.parse("E=a@b.org"));
    }

    /// RFC 5280 section 7.1, RFC 4945 section 3.1.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"C=CH, O=Acme, CN=gw|c=ch,o=ACME,cn=GW|true",
            "C=CH, O=Acme  Ltd, CN=gw|C=CH, O=acme ltd, CN=gw|true", "C=CH, CN=*|C=CH, CN=anything|true",
            "C=CH, CN=anything|C=CH, CN=*|false", "C=CH, CN=*|C=DE, CN=x|false", "CN=*|C=CH, CN=x|false",
            "C=CH, CN=*|C=CH, OU=x|false", "CN=gw, C=CH|C=CH, CN=gw|false", "gw.Example|GW.example|true",
            "gw.example|@@gw.example|false", "gw.example|www.gw.example|false", "a@B.org|a@b.org|true",
            "A@b.org|a@b.org|false", "192.0.2.1|192.0.2.1|true", "192.0.2.1|@192.0.2.1|false", "@#00|@#00|true",
            "@#00|@#01|false"})
    void matches(String wanted, String presented, boolean same) {
        assertEquals(same, Identity.parse(wanted).matches(Identity.parse(presented)));
    }

    /// The same name as UTF8String and as PrintableString.
    @Test
    void typesOfStringsDoNotCount() {
        Identity printable = new Identity(Identity.DER_ASN1_DN, Bytes.ofHex("300d310b30090603550403130267" + "77"));
        Identity utf8 = new Identity(Identity.DER_ASN1_DN, Bytes.ofHex("300d310b300906035504030c0267" + "77"));
        assertTrue(printable.matches(utf8));
        assertTrue(utf8.matches(printable));
        assertTrue(!printable.matches(new Identity(Identity.DER_ASN1_DN, Bytes.ofHex("3003020101"))));
    }

    /// S-6.
    @Test
    void escapesAStrangersText() {
        assertEquals("@a\\x0aERROR b\\x1b[31m\\x00\\x7f\\\\",
                named(Identity.FQDN, "a\nERROR b\u001b[31m\0\u007f\\").toString());
        assertEquals("a@\\xe2\\x80\\xae", named(Identity.USER_FQDN, "a@\u202e").toString());
    }

    @Test
    void cutsLongData() {
        String text = named(Identity.FQDN, "a".repeat(60_000)).toString();
        assertTrue(text.endsWith("a... (60000 bytes)"), text);
        assertTrue(text.length() < 300, text);
    }

    @FuzzTest
    void printsAnythingAsPrintableText(FuzzedDataProvider data) {
        printsAsPrintableText(data.consumeInt(0, 255), data.consumeRemainingAsBytes());
    }

    @Test
    void printsRandomIdentitiesAsPrintableText() {
        var random = new Random(6);
        for (int run = 0; run < 20_000; run++) {
            byte[] data = new byte[random.nextInt(40)];
            random.nextBytes(data);
            printsAsPrintableText(random.nextInt(13), data);
        }
    }

    private static void printsAsPrintableText(int type, byte[] data) {
        String text = new Identity(type, Bytes.of(data)).toString();
        assertTrue(text.chars().allMatch(each -> each >= ' ' && each <= '~'), text);
        assertTrue(text.length() < 1200, text);
    }

    private static Identity named(int type, String name) {
        return new Identity(type, Bytes.owning(name.getBytes(StandardCharsets.UTF_8)));
    }
}
