package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Decodes files: `*.bin` and `*.dat` are one datagram each, others are captures, known by their first bytes.
public final class FileDecoder {
    private static final long MAX_BYTES = 1L << 30;

    private final boolean json;
    private final Decrypter decrypter;
    private final Consumer<String> lines;

    /// @param keys stay the caller's; what was learnt from one file is known in the next
    /// @param lines takes the output, line by line
    public FileDecoder(boolean json, KeyTable keys, Consumer<String> lines) {
        this.json = json;
        this.decrypter = new Decrypter(keys);
        this.lines = lines;
    }

    /// Decodes a file.
    ///
    /// @param name the path, which the output repeats as given
    /// @throws IOException if the file cannot be read
    public void decode(String name) throws IOException {
        frames(name, content(Path.of(name)))
                .forEach(frame -> print(new DecodedFrame(frame.file(), frame.number(), frame.at(), frame.flow(),
                        decrypter.look(frame.content()))));
    }

    static Bytes content(Path path) throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException("larger than %d bytes".formatted(MAX_BYTES));
        }
        return Bytes.owning(Files.readAllBytes(path));
    }

    static List<DecodedFrame> frames(String name, Bytes content) {
        if (isDatagram(name)) {
            return List.of(new DecodedFrame(name, 1, Instant.EPOCH, Optional.empty(), DatagramReader.ofFile(content)));
        }
        if (PcapReader.accepts(content)) {
            return frames(name, PcapReader.read(content));
        }
        if (PcapngReader.accepts(content)) {
            return frames(name, PcapngReader.read(content));
        }
        return List.of(new DecodedFrame(name, 1, Instant.EPOCH, Optional.empty(),
                new Content.Broken(new Malformed("neither a capture nor named *.bin or *.dat", 0))));
    }

    private static boolean isDatagram(String name) {
        return name.endsWith(".bin") || name.endsWith(".dat");
    }

    static List<DecodedFrame> frames(String name, List<CaptureRecord> records) {
        var frames = new ArrayList<DecodedFrame>();
        for (CaptureRecord each : records) {
            int number = frames.size() + 1;
            frames.add(switch (each) {
                case CaptureRecord.Frame frame -> {
                    PacketReader.Packet packet = FrameReader.read(frame);
                    yield new DecodedFrame(name, number, frame.at(), packet.flow(), packet.content());
                }
                case CaptureRecord.Damage(String reason, int offset) -> new DecodedFrame(name, number, Instant.EPOCH,
                        Optional.empty(), new Content.Broken(new Malformed(reason, offset)));
            });
        }
        return frames;
    }

    private void print(DecodedFrame frame) {
        if (json) {
            lines.accept(JsonRenderer.render(frame));
        } else {
            TextRenderer.render(frame).forEach(lines);
        }
    }
}
