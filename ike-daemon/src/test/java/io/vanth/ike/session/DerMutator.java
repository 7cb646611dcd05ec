package io.vanth.ike.session;

import io.vanth.ike.wire.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Spoils what is encoded by the distinguished rules of ASN.1 (ITU-T X.690), where it hurts: at tags and lengths.
final class DerMutator {
    private static final int CONSTRUCTED = 0x20;
    private static final int LONG_FORM = 0x80;
    private static final int OCTETS = 0x7f;
    private static final int MAX_DEPTH = 2_000;
    private static final int[] LENGTHS = {0, 1, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff};

    private final Random random;

    DerMutator(Random random) {
        this.random = random;
    }

    Bytes spoil(Bytes der) {
        byte[] changed = der.toArray();
        var elements = new ArrayList<Integer>();
        find(changed, 0, changed.length, elements);
        int at = elements.get(random.nextInt(elements.size()));
        switch (random.nextInt(6)) {
            case 0 -> changed[at] = (byte) random.nextInt(256);
            case 1 -> changed[at + 1] = (byte) LENGTHS[random.nextInt(LENGTHS.length)];
            case 2 -> changed[at + 1] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            case 4 -> changed = Arrays.copyOf(changed, at);
            default -> changed = nested(1 + random.nextInt(MAX_DEPTH), random.nextBoolean());
        }
        return Bytes.owning(changed);
    }

    /// Where elements begin, the inner ones too.
    private static void find(byte[] der, int from, int to, List<Integer> elements) {
        for (int at = from; at + 2 <= to;) {
            elements.add(at);
            int octets = (der[at + 1] & LONG_FORM) == 0 ? 0 : der[at + 1] & OCTETS;
            int content = at + 2 + octets;
            int length = octets == 0 ? der[at + 1] : 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | der[at + 2 + i] & 0xff;
            }
            if ((der[at] & CONSTRUCTED) != 0) {
                find(der, content, content + length, elements);
            }
            at = content + length;
        }
    }

    /// Sequences within sequences, of indefinite length or of the right one.
    private static byte[] nested(int depth, boolean indefinite) {
        int size = depth * 4;
        byte[] der = new byte[size];
        for (int i = 0; i < depth; i++) {
            int rest = size - 4 * (i + 1);
            byte[] header = indefinite
                    ? new byte[]{0x30, (byte) LONG_FORM, 0x30, (byte) LONG_FORM}
                    : new byte[]{0x30, (byte) (LONG_FORM | 2), (byte) (rest >> 8), (byte) rest};
            System.arraycopy(header, 0, der, 4 * i, header.length);
        }
        return der;
    }
}
