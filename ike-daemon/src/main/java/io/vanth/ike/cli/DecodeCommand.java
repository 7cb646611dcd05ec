package io.vanth.ike.cli;

import io.vanth.ike.decode.FileDecoder;
import io.vanth.ike.decode.KeyTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth decode`: shows captures and datagrams. What is malformed in them is part of the answer; only a file that cannot
/// be read makes the exit status 1, after the other files.
@Command(name = "decode", mixinStandardHelpOptions = true, description = {"Shows the ISAKMP and ESP packets in files.",
        "These are pcap and pcapng captures, and datagrams of one each (*.bin, *.dat). Needs no daemon.",
        "What went wrong in them says 'vanth explain --capture'."}, exitCodeList = {
                "0:shown, whatever is wrong with the packets", "1:a file cannot be read; the others are shown",
                Help.USAGE}, footer = {"vanth decode ike.pcap", "vanth decode --keys ike.keys --json ike.pcap | jq ."})
public final class DecodeCommand implements Callable<Integer> {
    private static final int UNREADABLE = 1;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "What to decode.")
    private List<String> files;

    @Option(names = "--json", description = "One JSON object a frame, one a line.")
    private boolean json;

    @Option(names = "--keys", paramLabel = "FILE", description = {
            "Keys for the encrypted part: lines of initiator cookie, comma, key,",
            "as in Wireshark's ikev1_decryption_table."})
    private Path keys;

    @Spec
    private CommandSpec spec;

    /// For picocli, which fills in the fields.
    public DecodeCommand() {}

    @Override
    public Integer call() {
        try (KeyTable table = keys == null ? KeyTable.empty() : KeyTable.read(keys)) {
            return decodeAll(table);
        } catch (IOException e) {
            return unreadable(keys.toString(), e);
        }
    }

    private int decodeAll(KeyTable table) {
        PrintWriter out = spec.commandLine().getOut();
        var decoder = new FileDecoder(json, table, out::println);
        int status = 0;
        for (String file : files) {
            try {
                decoder.decode(file);
            } catch (IOException | InvalidPathException e) {
                out.flush();
                status = unreadable(file, e);
            }
        }
        out.flush();
        return status;
    }

    private int unreadable(String file, Exception problem) {
        spec.commandLine().getErr().println("vanth decode: %s: %s".formatted(file, reason(problem)));
        return UNREADABLE;
    }

    private static String reason(Exception problem) {
        return switch (problem) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "access denied";
            default -> problem.getMessage();
        };
    }
}
