package io.vanth.ike.session;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

class CoveringArrayTest {
    @Test
    void every_two_values_meet_in_few_rows() {
        int[] sizes = {5, 4, 3, 3, 2, 2, 2};
        for (int seed = 0; seed < 20; seed++) {
            List<int[]> rows = CoveringArray.rows(sizes, new Random(seed));
            for (int first = 0; first < sizes.length; first++) {
                for (int second = first + 1; second < sizes.length; second++) {
                    for (int value = 0; value < sizes[first] * sizes[second]; value++) {
                        assertMeet(rows, first, value % sizes[first], second, value / sizes[first]);
                    }
                }
            }
            assertTrue(rows.size() < 40, rows.size() + " rows, where 20 are the least");
        }
    }

    private static void assertMeet(List<int[]> rows, int first, int firstValue, int second, int secondValue) {
        assertTrue(rows.stream().anyMatch(row -> row[first] == firstValue && row[second] == secondValue),
                () -> "%d=%d never meets %d=%d".formatted(first, firstValue, second, secondValue));
    }
}
