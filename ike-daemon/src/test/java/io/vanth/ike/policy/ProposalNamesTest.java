package io.vanth.ike.policy;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.PhaseOneCipher;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ProposalNamesTest {
    @Test
    void readsAProposalOfPhase1() {
        assertEquals(new IkeProposal(PhaseOneCipher.AES_CBC, 256, HashAlgorithm.SHA256, DhGroup.MODP2048),
                ProposalNames.parseIke("aes256-sha256-modp2048"));
        assertEquals(new IkeProposal(PhaseOneCipher.AES_CBC, 128, HashAlgorithm.SHA1, DhGroup.ECP256),
                ProposalNames.parseIke("AES128-SHA-ECP256"));
    }

    @Test
    void readsAProposalOfEsp() {
        assertEquals(new EspProposal(EspTransform.aead(Cipher.AES_GCM_16, 128), Optional.empty()),
                ProposalNames.parseEsp("aes128gcm16"));
        assertEquals(new EspProposal(EspTransform.of(Cipher.AES_CBC, 256, Integrity.HMAC_SHA2_256_128),
                Optional.of(DhGroup.MODP2048)), ProposalNames.parseEsp("aes256-sha256-modp2048"));
        assertEquals(new EspProposal(EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA1_96), Optional.empty()),
                ProposalNames.parseEsp("null-sha1"));
    }

    @ParameterizedTest
    @CsvSource({"aes256-sha256-modp2048,aes256-sha256-modp2048", "AES192-SHA2_384-DH14,aes192-sha384-modp2048",
            "aes128-sha-ecp256,aes128-sha1-ecp256", "aes256-sha2;dh19,aes256-sha256-ecp256",
            "modp2048-sha512-aes128,aes128-sha512-modp2048", "3DES-MD5-MODP1024,3des-md5-modp1024",
            "des-md5-dh1,des-md5-modp768", "blowfish-sha1-dh5,blowfish128-sha1-modp1536",
            "blowfish448-sha1-modp3072,blowfish448-sha1-modp3072", "cast-sha1-modp4096,cast128-sha1-modp4096",
            "cast128-sha1-dh17,cast128-sha1-modp6144", "camellia192-sha256-dh18,camellia192-sha256-modp8192",
            "aes128-sha1-ecp384,aes128-sha1-ecp384", "aes128-sha1-dh21,aes128-sha1-ecp521",
            "aes128-sha1-modp1024s160,aes128-sha1-modp1024s160", "aes128-sha1-dh23,aes128-sha1-modp2048s224",
            "aes128-sha1-dh24,aes128-sha1-modp2048s256", "aes128-sha1-ecp224bp,aes128-sha1-ecp224bp",
            "aes128-sha1-ecp256bp,aes128-sha1-ecp256bp", "aes128-sha1-dh29,aes128-sha1-ecp384bp",
            "aes128-sha1-ecp512bp,aes128-sha1-ecp512bp", "aes128-sha1-x25519,aes128-sha1-curve25519",
            "aes128-sha1-dh31,aes128-sha1-curve25519"})
    void namesPhase1Canonically(String text, String canonical) {
        assertEquals(canonical, ProposalNames.parseIke(text).toString());
        assertEquals(ProposalNames.parseIke(text), ProposalNames.parseIke(canonical));
    }

    @ParameterizedTest
    @CsvSource({"aes128gcm128,aes128gcm16", "aes256gcm96-modp2048,aes256gcm12-modp2048", "aes192gcm64,aes192gcm8",
            "aes256gcm,aes256gcm16", "aes256-sha2_512-ecp256,aes256-sha512-ecp256", "NULL-SHA256,null-sha256",
            "aes128-sha384,aes128-sha384", "aes128gcm16-dh31,aes128gcm16-curve25519",
            "aes128-sha1-dh2,aes128-sha1-modp1024"})
    void namesEspCanonically(String text, String canonical) {
        assertEquals(canonical, ProposalNames.parseEsp(text).toString());
        assertEquals(ProposalNames.parseEsp(text), ProposalNames.parseEsp(canonical));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "aes265-sha256-modp2048 | unknown word 'aes265' in 'aes265-sha256-modp2048'; the nearest known word is aes256",
            "aes256-sah256-modp2048 | unknown word 'sah256' in 'aes256-sah256-modp2048'; the nearest known word is sha256",
            "aes256-sha256-modp2084 | unknown word 'modp2084' in 'aes256-sha256-modp2084'; the nearest known word is "
                    + "modp2048",
            "aes256-sha256-mod2048 | unknown word 'mod2048' in 'aes256-sha256-mod2048'; the nearest known word is modp2048",
            "aes128-sha1-ecp192 | ecp192 is known but not supported; use modp2048 or ecp256 instead",
            "aes128-sha1-dh32 | dh32 is known but not supported; use modp2048 or ecp256 instead",
            "serpent128-sha1-modp2048 | serpent128 is known but not supported; use aes256 instead",
            "camellia-sha1-modp2048 | camellia does not say the key length; use camellia128 or camellia256 instead",
            "aes-sha1-modp2048 | aes does not say the key length; use aes128 or aes256 instead",
            "aes256gcm16-sha1-modp2048 | aes256gcm16 is a combined mode, which IKEv1 has for ESP only; use aes256-sha256 "
                    + "instead",
            "aes256-prfsha256-modp2048 | prfsha256 is for IKEv2; in IKEv1 the hash is the PRF too, so leave the word out",
            "aes256-sha256-modp2048! | modp2048! ends in '!'; leave that out, proposals are never widened here",
            "aes256-sha256 | 'aes256-sha256' has no Diffie-Hellman group; write aes256-sha256-modp2048 for example",
            "aes256-modp2048 | 'aes256-modp2048' has no hash; write aes256-sha256-modp2048 for example",
            "sha256-modp2048 | 'sha256-modp2048' has no cipher; write aes256-sha256-modp2048 for example",
            "aes256-sha256-sha1-modp2048 | 'aes256-sha256-sha1-modp2048' has more than one hash; write a proposal for each",
            "aes256--modp2048 | 'aes256--modp2048' has an empty word"})
    void saysWhatIsWrongInPhase1(String text, String message) {
        var refused = assertThrows(IllegalArgumentException.class, () -> ProposalNames.parseIke(text));
        assertEquals(message, refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "3des-sha1 | 3des is weak (RFC 8221) and not built yet; use aes128gcm16 or aes256-sha256 instead",
            "aes128-md5 | md5 is weak (RFC 8221) and not built yet; use sha256 instead",
            "chacha20poly1305 | chacha20poly1305 is known but not supported; use aes128gcm16 or aes256gcm16 instead",
            "aes128ccm16 | aes128ccm16 is known but not supported; use aes128gcm16 or aes256gcm16 instead",
            "aes_gcm256-null | aes_gcm256 is another spelling; use aes128gcm16 or aes256gcm16 instead",
            "aes128-sha256_96 | sha256_96 is known but not supported; use sha256 instead",
            "aes128gcm16-esn | esn is known but not supported; leave the word out",
            "aes128gmc16 | unknown word 'aes128gmc16' in 'aes128gmc16'; the nearest known word is aes128gcm16",
            "aes256 | 'aes256' has no integrity algorithm; write aes256-sha256 for example",
            "null | 'null' has no integrity algorithm; write null-sha256 for example",
            "sha256 | 'sha256' has no cipher; write aes128gcm16 or aes256-sha256 for example",
            "aes128gcm128-sha2_256 | 'aes128gcm128-sha2_256': aes128gcm16 authenticates by itself; leave sha256 out",
            "aes128gcm16-modp2048-ecp256 | 'aes128gcm16-modp2048-ecp256' has more than one Diffie-Hellman group; write a "
                    + "proposal for each"})
    void saysWhatIsWrongInEsp(String text, String message) {
        var refused = assertThrows(IllegalArgumentException.class, () -> ProposalNames.parseEsp(text));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void anEmptyTextIsNoProposal() {
        assertThrows(IllegalArgumentException.class, () -> ProposalNames.parseIke(""));
        assertThrows(IllegalArgumentException.class, () -> ProposalNames.parseEsp("  "));
    }

    @ParameterizedTest
    @CsvSource({"abc,abc,0", "abc,acb,1", "abc,ab,1", "ab,abc,1", "abc,axc,1", "'',abc,3", "kitten,sitting,3"})
    void countsEdits(String from, String to, int edits) {
        assertEquals(edits, NearestWord.distance(from, to));
    }
}
