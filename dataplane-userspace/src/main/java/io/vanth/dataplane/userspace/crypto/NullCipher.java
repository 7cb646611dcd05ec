package io.vanth.dataplane.userspace.crypto;

/// The NULL cipher, RFC 2410.
final class NullCipher extends PacketCipher {
    @Override
    void encrypt(long sequence, byte[] plain, int offset, int length, byte[] out, int at) {
        System.arraycopy(plain, offset, out, at, length);
    }

    @Override
    void decrypt(byte[] in, int at, int length, byte[] out, int outOffset) {
        System.arraycopy(in, at, out, outOffset, length);
    }
}
