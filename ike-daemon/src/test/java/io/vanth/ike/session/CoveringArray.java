package io.vanth.ike.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Rows of choices in which every two values of two parameters meet at least once. Greedy: each row is the best of some
/// that begin with a pair which has not met yet.
final class CoveringArray {
    private static final int CANDIDATES = 20;
    private static final int OPEN = -1;

    private final int[] sizes;
    private final Random random;
    private final Set<Pairing> unmet = new HashSet<>();

    /// Two values of two parameters, the one with the lower index first.
    private record Pairing(int first, int firstValue, int second, int secondValue) {}

    private CoveringArray(int[] sizes, Random random) {
        this.sizes = sizes.clone();
        this.random = random;
        for (int first = 0; first < sizes.length; first++) {
            for (int second = first + 1; second < sizes.length; second++) {
                for (int value = 0; value < sizes[first] * sizes[second]; value++) {
                    unmet.add(new Pairing(first, value % sizes[first], second, value / sizes[first]));
                }
            }
        }
    }

    /// Rows for parameters that have so many values each.
    static List<int[]> rows(int[] sizes, Random random) {
        var array = new CoveringArray(sizes, random);
        var rows = new ArrayList<int[]>();
        while (!array.unmet.isEmpty()) {
            int[] row = array.next();
            array.unmet.removeIf(pairing -> meets(pairing, row));
            rows.add(row);
        }
        return rows;
    }

    private int[] next() {
        List<Pairing> seeds = List.copyOf(unmet);
        int[] best = new int[0];
        long most = -1;
        for (int i = 0; i < CANDIDATES; i++) {
            int[] row = complete(seeds.get(random.nextInt(seeds.size())));
            long met = unmet.stream().filter(pairing -> meets(pairing, row)).count();
            if (met > most) {
                most = met;
                best = row;
            }
        }
        return best;
    }

    private int[] complete(Pairing seed) {
        int[] row = new int[sizes.length];
        Arrays.fill(row, OPEN);
        row[seed.first] = seed.firstValue;
        row[seed.second] = seed.secondValue;
        List<Integer> order = new ArrayList<>(IntStream.range(0, sizes.length).boxed().toList());
        Collections.shuffle(order, random);
        for (int parameter : order) {
            if (row[parameter] == OPEN) {
                row[parameter] = bestValue(row, parameter);
            }
        }
        return row;
    }

    /// The value that meets most with what the row has, the first of them from a random one on.
    private int bestValue(int[] row, int parameter) {
        int start = random.nextInt(sizes[parameter]);
        int best = start;
        int most = -1;
        for (int i = 0; i < sizes[parameter]; i++) {
            int value = (start + i) % sizes[parameter];
            int met = 0;
            for (int other = 0; other < sizes.length; other++) {
                met += row[other] != OPEN && unmet.contains(pairing(parameter, value, other, row[other])) ? 1 : 0;
            }
            if (met > most) {
                most = met;
                best = value;
            }
        }
        return best;
    }

    private static Pairing pairing(int one, int oneValue, int other, int otherValue) {
        return one < other
                ? new Pairing(one, oneValue, other, otherValue)
                : new Pairing(other, otherValue, one,
                        oneValue);
    }

    private static boolean meets(Pairing pairing, int[] row) {
        return row[pairing.first] == pairing.firstValue && row[pairing.second] == pairing.secondValue;
    }
}
