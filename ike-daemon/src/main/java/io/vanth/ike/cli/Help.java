package io.vanth.ike.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/// What the helps of all commands have in common.
final class Help {
    static final String USAGE = "2:the command line makes no sense";
    private static final int WIDTH = 100;

    private Help() {}

    /// Gives the sections of each command their headings, and examples their indent.
    static CommandLine dressed(CommandLine line) {
        line.setUsageHelpWidth(WIDTH);
        dress(line);
        return line;
    }

    private static void dress(CommandLine line) {
        UsageMessageSpec help = line.getCommandSpec().usageMessage();
        help.synopsisHeading("Usage: ").descriptionHeading("%n").parameterListHeading("%nArguments:%n")
                .optionListHeading("%nOptions:%n").commandListHeading("%nCommands:%n")
                .exitCodeListHeading("%nExit status:%n").footerHeading("%nExamples:%n");
        help.footer(indented(help.footer()));
        line.getSubcommands().values().forEach(Help::dress);
    }

    /// Headings among them stay where they are.
    private static String[] indented(String... lines) {
        String[] all = lines.clone();
        for (int each = 0; each < all.length; each++) {
            all[each] = all[each].isEmpty() || all[each].endsWith(":") ? all[each] : "  " + all[each];
        }
        return all;
    }
}
