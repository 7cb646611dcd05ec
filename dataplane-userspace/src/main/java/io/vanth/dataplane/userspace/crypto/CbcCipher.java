package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/// A block cipher in CBC mode: RFC 2405, RFC 2451, RFC 3602, RFC 4312.
///
/// RFC 3602 section 3: "The IV MUST be chosen at random, and MUST be unpredictable." It is the encryption of a block that
/// never comes twice, under the same key (NIST SP 800-38A appendix C): a random one drawn per SA, to which the sequence
/// number is added bit by bit. As the first block of a chain that starts from zero it costs one block and no new
/// initialisation. The receiver decrypts it as the first block of such a chain too; what comes of it lands in front of
/// the payload.
final class CbcCipher extends PacketCipher {
    private final BlockChain chain;
    private final int block;
    private final byte[] unique;
    private final long drawn;

    /// A cipher that decrypts.
    CbcCipher(BlockChain chain) {
        this.chain = chain;
        this.block = chain.blockBytes();
        this.unique = new byte[block];
        this.drawn = 0;
    }

    /// A cipher that encrypts.
    CbcCipher(BlockChain chain, SecureRandom random) {
        this.chain = chain;
        this.block = chain.blockBytes();
        this.unique = new byte[block];
        random.nextBytes(unique);
        this.drawn = NetworkOrder.i64(unique, block - Long.BYTES);
    }

    @Override
    void encrypt(long sequence, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException {
        NetworkOrder.put64(unique, block - Long.BYTES, drawn ^ sequence);
        chain.next(unique, 0, block, out, at);
        chain.last(plain, offset, length, out, at + block);
    }

    @Override
    void decrypt(byte[] in, int at, int length, byte[] out, int outOffset) throws GeneralSecurityException {
        chain.last(in, at, block + length, out, outOffset - block);
    }
}
