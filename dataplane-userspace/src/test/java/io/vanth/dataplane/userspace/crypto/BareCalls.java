package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What a provider has to do for one packet of a transform, without ESP: the calls that no engine can spare.
final class BareCalls {
    /// A call for one packet; what it returns is of no interest.
    interface Call {
        int run() throws GeneralSecurityException;
    }

    private static final int ICV = 16;
    private static final int HEADER = 8;
    private static final int NONCE = 12;

    private final byte[] text;
    /// An IV, which is made like a block of the text, and the text.
    private final byte[] chained;
    private final byte[] header = new byte[HEADER];
    private final byte[] out;
    private final byte[] nonce = new byte[NONCE];

    /// For packets of `length` bytes with their trailer.
    BareCalls(int length) {
        text = new byte[length];
        chained = new byte[length + ICV];
        out = new byte[length + 2 * ICV];
    }

    /// The calls that seal or open, in order.
    Call of(EspTransform transform, boolean seals) throws GeneralSecurityException {
        List<Call> calls = new ArrayList<>();
        int mode = seals ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
        SecretKeySpec aes = new SecretKeySpec(new byte[Math.max(1, transform.keyBits() / Byte.SIZE)], "AES");
        switch (transform.cipher()) {
            case NULL -> calls.add(this::copy);
            case DES_CBC -> calls.add(chain("DES", mode, transform));
            case TRIPLE_DES_CBC -> calls.add(chain("DESede", mode, transform));
            case BLOWFISH_CBC -> calls.add(chain("Blowfish", mode, transform));
            case AES_CBC -> calls.add(chain("AES", mode, transform));
            case CAST_CBC, CAMELLIA_CBC -> calls.add(bouncyCastle(transform, seals));
            case AES_CTR -> calls.add(counter(aes));
            case AES_CCM_8, AES_CCM_12, AES_CCM_16 -> {
                calls.add(counter(aes));
                calls.add(chain("AES", Cipher.ENCRYPT_MODE, transform));
            }
            case AES_GCM_8 -> {
                if (!seals) {
                    calls.add(counter(aes));
                }
                calls.add(gcm(aes, Cipher.ENCRYPT_MODE));
            }
            case AES_GCM_12, AES_GCM_16 -> calls.add(gcm(aes, mode));
            case AES_GMAC -> calls.add(gmac(aes, mode));
        }
        transform.integrity().map(this::mac).ifPresent(calls::add);
        Call first = calls.getFirst();
        Call second = calls.size() == 1 ? () -> 0 : calls.getLast();
        return () -> first.run() + second.run();
    }

    private int copy() {
        System.arraycopy(text, 0, out, 0, text.length);
        return text.length;
    }

    private Call chain(String algorithm, int mode, EspTransform transform) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(algorithm + "/CBC/NoPadding");
        cipher.init(mode, new SecretKeySpec(new byte[transform.keyBits() / Byte.SIZE], algorithm),
                new IvParameterSpec(new byte[cipher.getBlockSize()]));
        int block = cipher.getBlockSize();
        int whole = (text.length / block + 1) * block;
        if (mode == Cipher.DECRYPT_MODE) {
            return () -> cipher.doFinal(chained, 0, whole, out, 0);
        }
        return () -> cipher.update(chained, 0, block, out, 0)
                + cipher.doFinal(chained, block, whole - block, out, block);
    }

    private Call bouncyCastle(EspTransform transform, boolean seals) throws GeneralSecurityException {
        byte[] key = new byte[transform.cipherKeyBytes()];
        BlockChain chain = seals
                ? BlockChain.encrypting(transform.cipher(), key)
                : BlockChain.decrypting(transform.cipher(), key);
        int whole = (text.length / chain.blockBytes() + 1) * chain.blockBytes();
        return () -> {
            chain.last(chained, 0, whole, out, 0);
            return whole;
        };
    }

    private Call counter(SecretKeySpec key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        byte[] block = new byte[ICV];
        return () -> {
            block[0]++;
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(block));
            return cipher.doFinal(text, 0, text.length, out, 0);
        };
    }

    private Call gcm(SecretKeySpec key, int mode) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(ICV * Byte.SIZE, nonce));
        cipher.updateAAD(header);
        byte[] sealed = cipher.doFinal(text);
        boolean seals = mode == Cipher.ENCRYPT_MODE;
        byte[] in = seals ? text : sealed;
        return () -> {
            nonce[0] += (byte) (seals ? 1 : 0);
            cipher.init(mode, key, new GCMParameterSpec(ICV * Byte.SIZE, nonce));
            cipher.updateAAD(header);
            return cipher.doFinal(in, 0, in.length, out, 0);
        };
    }

    private Call gmac(SecretKeySpec key, int mode) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        startGmac(cipher, key, Cipher.ENCRYPT_MODE);
        byte[] tag = cipher.doFinal();
        boolean seals = mode == Cipher.ENCRYPT_MODE;
        return () -> {
            nonce[0] += (byte) (seals ? 1 : 0);
            startGmac(cipher, key, mode);
            return seals ? cipher.doFinal(out, 0) : cipher.doFinal(tag, 0, ICV, out, 0);
        };
    }

    private void startGmac(Cipher cipher, SecretKeySpec key, int mode) throws GeneralSecurityException {
        cipher.init(mode, key, new GCMParameterSpec(ICV * Byte.SIZE, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(chained, 0, HEADER + text.length);
    }

    private Call mac(Integrity integrity) {
        try {
            if (integrity == Integrity.AES_XCBC_96) {
                return chain("AES", Cipher.ENCRYPT_MODE, EspTransform.of(io.vanth.dataplane.Cipher.AES_CBC, 128,
                        integrity));
            }
            Mac mac = Mac.getInstance(algorithm(integrity));
            mac.init(new SecretKeySpec(new byte[integrity.keyBytes()], "key"));
            byte[] full = new byte[mac.getMacLength()];
            return () -> {
                mac.update(text);
                mac.doFinal(full, 0);
                return full[0];
            };
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static String algorithm(Integrity integrity) {
        return switch (integrity) {
            case HMAC_MD5_96 -> "HmacMD5";
            case HMAC_SHA1_96 -> "HmacSHA1";
            case HMAC_SHA2_256_128, HMAC_SHA2_256_96 -> "HmacSHA256";
            case HMAC_SHA2_384_192 -> "HmacSHA384";
            case HMAC_SHA2_512_256 -> "HmacSHA512";
            case AES_XCBC_96 -> throw new IllegalArgumentException(integrity.name());
        };
    }
}
