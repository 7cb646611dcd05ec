package io.vanth.ike.session;

import java.io.Serial;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;

/// Counts how often AES-CBC runs anywhere in this process: a security provider that stands before the JDK's and passes
/// everything on to it.
final class CipherCount extends Provider implements AutoCloseable {
    @Serial
    private static final long serialVersionUID = 1;
    private static final String NAME = "CipherCount";
    private static final String TRANSFORMATION = "AES/CBC/NoPadding";

    private final AtomicInteger runs = new AtomicInteger();

    private CipherCount() {
        super(NAME, "1", "counts what it passes on");
        putService(new Service(this, "Cipher", TRANSFORMATION, Counted.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
                return new Counted(runs);
            }
        });
    }

    /// Counts from here on, until it is closed.
    static CipherCount begin() {
        var count = new CipherCount();
        Security.insertProviderAt(count, 1);
        return count;
    }

    /// The runs since the last call.
    int take() {
        return runs.getAndSet(0);
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }

    private static final class Counted extends CipherSpi {
        private final AtomicInteger runs;
        private final Cipher cipher;

        Counted(AtomicInteger runs) {
            this.runs = runs;
            try {
                this.cipher = Cipher.getInstance(TRANSFORMATION, "SunJCE");
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        protected void engineSetMode(String mode) {
            // It is part of the transformation.
        }

        @Override
        protected void engineSetPadding(String padding) {
            // It is part of the transformation.
        }

        @Override
        protected int engineGetBlockSize() {
            return cipher.getBlockSize();
        }

        @Override
        protected int engineGetOutputSize(int inputLength) {
            return cipher.getOutputSize(inputLength);
        }

        @Override
        protected byte[] engineGetIV() {
            return cipher.getIV();
        }

        @Override
        protected AlgorithmParameters engineGetParameters() {
            return cipher.getParameters();
        }

        @Override
        protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
            runs.incrementAndGet();
            cipher.init(mode, key, random);
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            runs.incrementAndGet();
            cipher.init(mode, key, parameters, random);
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            runs.incrementAndGet();
            cipher.init(mode, key, parameters, random);
        }

        @Override
        protected byte[] engineUpdate(byte[] input, int offset, int length) {
            return cipher.update(input, offset, length);
        }

        @Override
        protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int outputOffset)
                throws ShortBufferException {
            return cipher.update(input, offset, length, output, outputOffset);
        }

        @Override
        protected byte[] engineDoFinal(byte[] input, int offset, int length)
                throws IllegalBlockSizeException, BadPaddingException {
            return cipher.doFinal(input, offset, length);
        }

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int outputOffset)
                throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
            return cipher.doFinal(input, offset, length, output, outputOffset);
        }
    }
}
