package io.vanth.dataplane.userspace.crypto;

import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.CBCModeCipher;
import org.bouncycastle.crypto.params.KeyParameter;

/// CBC by Bouncy Castle, for the ciphers that the JDK's providers lack; no provider is registered for it.
final class BouncyCastleChain extends BlockChain {
    private final CBCModeCipher chain;

    BouncyCastleChain(BlockCipher engine, boolean encrypts, byte[] key) {
        chain = CBCBlockCipher.newInstance(engine);
        chain.init(encrypts, new KeyParameter(key));
    }

    @Override
    int blockBytes() {
        return chain.getBlockSize();
    }

    @Override
    void next(byte[] in, int offset, int length, byte[] out, int at) {
        chain.processBlocks(in, offset, length / chain.getBlockSize(), out, at);
    }

    @Override
    void last(byte[] in, int offset, int length, byte[] out, int at) {
        next(in, offset, length, out, at);
        chain.reset();
    }
}
