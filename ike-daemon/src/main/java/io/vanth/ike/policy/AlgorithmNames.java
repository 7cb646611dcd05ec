package io.vanth.ike.policy;

/// Names of code points that are known in the field, whether or not they are spoken here.
final class AlgorithmNames {
    private AlgorithmNames() {}

    static String group(long code) {
        return switch (Math.clamp(code, -1, Integer.MAX_VALUE)) {
            case 1 -> "modp768";
            case 2 -> "modp1024";
            case 5 -> "modp1536";
            case 14 -> "modp2048";
            case 15 -> "modp3072";
            case 16 -> "modp4096";
            case 17 -> "modp6144";
            case 18 -> "modp8192";
            case 19 -> "ecp256";
            case 20 -> "ecp384";
            case 21 -> "ecp521";
            case 22 -> "modp1024s160";
            case 23 -> "modp2048s224";
            case 24 -> "modp2048s256";
            case 27 -> "ecp224bp";
            case 28 -> "ecp256bp";
            case 29 -> "ecp384bp";
            case 30 -> "ecp512bp";
            case 31 -> "curve25519";
            default -> "group-" + code;
        };
    }

    static String protocol(int code) {
        return switch (code) {
            case 1 -> "isakmp";
            case 2 -> "ah";
            case 3 -> "esp";
            case 4 -> "ipcomp";
            default -> "protocol-" + code;
        };
    }

    static String encapsulation(long code) {
        return switch (Math.clamp(code, -1, Integer.MAX_VALUE)) {
            case 1 -> "tunnel";
            case 2 -> "transport";
            case 3 -> "tunnel in UDP";
            case 4 -> "transport in UDP";
            case 61443 -> "tunnel in UDP (draft)";
            case 61444 -> "transport in UDP (draft)";
            default -> "mode-" + code;
        };
    }

    static String espTransform(int id) {
        return switch (id) {
            case 2 -> "des";
            case 3 -> "3des";
            case 6 -> "cast128";
            case 7 -> "blowfish";
            case 11 -> "null";
            case 12 -> "aes";
            case 13 -> "aesctr";
            case 14 -> "aesccm8";
            case 15 -> "aesccm12";
            case 16 -> "aesccm16";
            case 18 -> "aesgcm8";
            case 19 -> "aesgcm12";
            case 20 -> "aesgcm16";
            case 22 -> "camellia";
            case 23 -> "aesgmac";
            default -> "esp-" + id;
        };
    }

    static String authentication(long code) {
        return switch (Math.clamp(code, -1, Integer.MAX_VALUE)) {
            case 1 -> "md5";
            case 2 -> "sha1";
            case 5 -> "sha256";
            case 6 -> "sha384";
            case 7 -> "sha512";
            case 9 -> "aesxcbc";
            default -> "auth-" + code;
        };
    }

    static String cipher(long code) {
        return switch (Math.clamp(code, -1, Integer.MAX_VALUE)) {
            case 1 -> "des";
            case 2 -> "idea";
            case 3 -> "blowfish";
            case 4 -> "rc5";
            case 5 -> "3des";
            case 6 -> "cast";
            case 7 -> "aes";
            case 8 -> "camellia";
            default -> "cipher-" + code;
        };
    }

    static String hash(long code) {
        return switch (Math.clamp(code, -1, Integer.MAX_VALUE)) {
            case 1 -> "md5";
            case 2 -> "sha1";
            case 3 -> "tiger";
            case 4 -> "sha256";
            case 5 -> "sha384";
            case 6 -> "sha512";
            default -> "hash-" + code;
        };
    }

    static String authenticationMethod(long code) {
        return switch (Math.clamp(code, -1, Integer.MAX_VALUE)) {
            case 1 -> "pre-shared key";
            case 2 -> "DSS signatures";
            case 3 -> "RSA signatures";
            case 4, 5 -> "RSA encryption";
            case 9 -> "ECDSA-256 signatures";
            case 10 -> "ECDSA-384 signatures";
            case 11 -> "ECDSA-521 signatures";
            case 65001 -> "XAUTH and a pre-shared key";
            default -> "authentication method " + code;
        };
    }
}
