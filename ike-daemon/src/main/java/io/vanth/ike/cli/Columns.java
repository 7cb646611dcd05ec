package io.vanth.ike.cli;

import io.vanth.ike.log.Escaped;
import java.util.Arrays;
import java.util.List;

/// Rows with their cells one below the other.
final class Columns {
    private static final String GAP = "  ";

    private Columns() {}

    static String of(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        Arrays.fill(widths, 0);
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], Escaped.text(row.get(column)).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = Escaped.text(row.get(column));
                line.append(cell).repeat(" ", widths[column] - cell.length()).append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
