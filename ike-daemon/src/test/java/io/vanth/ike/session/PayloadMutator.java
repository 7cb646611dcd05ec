package io.vanth.ike.session;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Spoils payloads and chains of them, a little at a time.
final class PayloadMutator {
    private static final int GENERIC_HEADER = 4;

    private final Random random;

    /// Payloads in a row, as bytes.
    record Chain(int first, Bytes bytes) {
        static Chain of(List<? extends Payload> payloads) {
            return new Chain(payloads.isEmpty() ? 0 : payloads.getFirst().type(),
                    MessageWriter.writePayloads(payloads));
        }
    }

    PayloadMutator(Random random) {
        this.random = random;
    }

    /// A chain like `honest`, with one to three faults; now and then without any.
    Chain mutate(List<? extends Payload> honest) {
        List<Payload> payloads = new ArrayList<>(honest);
        for (int faults = random.nextInt(4); faults > 0; faults--) {
            if (payloads.isEmpty()) {
                break;
            }
            spoil(payloads);
        }
        Chain chain = Chain.of(payloads);
        return random.nextInt(4) == 0 && !chain.bytes.isEmpty() ? spoil(chain) : chain;
    }

    private void spoil(List<Payload> payloads) {
        int at = random.nextInt(payloads.size());
        Payload one = payloads.get(at);
        switch (random.nextInt(8)) {
            case 0 -> payloads.remove(at);
            case 1 -> payloads.add(random.nextInt(payloads.size() + 1), one);
            case 2 -> Collections.swap(payloads, at, random.nextInt(payloads.size()));
            case 3 -> payloads.set(at, new Payload.Unknown(random.nextInt(1, 256), one.body()));
            case 4 -> payloads.set(at, new Payload.Unknown(one.type(), cut(one.body())));
            case 5 -> payloads.set(at, new Payload.Unknown(one.type(), Bytes.concat(one.body(), noise(64))));
            default -> payloads.set(at, new Payload.Unknown(one.type(), flip(one.body())));
        }
    }

    /// Lengths and next payloads, too.
    private Chain spoil(Chain chain) {
        return random.nextInt(8) == 0
                ? new Chain(random.nextInt(256), chain.bytes)
                : new Chain(chain.first, random.nextInt(4) == 0 ? cut(chain.bytes) : flip(chain.bytes));
    }

    Bytes flip(Bytes of) {
        if (of.isEmpty()) {
            return of;
        }
        byte[] changed = of.toArray();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(3) == 0
                    ? Math.min(random.nextInt(GENERIC_HEADER), changed.length - 1)
                    : random.nextInt(changed.length);
            changed[at] = random.nextBoolean()
                    ? (byte) (changed[at] ^ 1 << random.nextInt(8))
                    : EXTREMES[random.nextInt(EXTREMES.length)];
        }
        return Bytes.owning(changed);
    }

    private static final byte[] EXTREMES = {0, 1, 3, 4, 0x7f, (byte) 0x80, (byte) 0xff};

    Bytes cut(Bytes of) {
        return of.isEmpty() ? of : of.slice(0, random.nextInt(of.length()));
    }

    Bytes noise(int most) {
        byte[] noise = new byte[random.nextInt(most)];
        random.nextBytes(noise);
        return Bytes.owning(noise);
    }
}
