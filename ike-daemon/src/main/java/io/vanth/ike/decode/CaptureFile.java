package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A capture for whom looks at negotiations: pcap or pcapng, decrypted where keys are at hand. Messages that came in
/// pieces (the fragmentation of Cisco and Microsoft) follow once more in whole behind their last piece.
public final class CaptureFile {
    private CaptureFile() {}

    /// The frames of a file in its order.
    ///
    /// @param keys stay the caller's
    /// @throws IOException if the file cannot be read or is no capture
    public static List<DecodedFrame> read(Path file, KeyTable keys) throws IOException {
        Bytes content = FileDecoder.content(file);
        if (!PcapReader.accepts(content) && !PcapngReader.accepts(content)) {
            throw new IOException("it is neither a pcap nor a pcapng capture");
        }
        List<CaptureRecord> records = PcapReader.accepts(content)
                ? PcapReader.read(content)
                : PcapngReader.read(content);
        var decrypter = new Decrypter(keys);
        var pieces = new Pieces();
        List<DecodedFrame> frames = new ArrayList<>();
        for (DecodedFrame frame : FileDecoder.frames(file.toString(), records)) {
            frames.add(with(frame, decrypter.look(frame.content())));
            pieces.whole(frame).ifPresent(whole -> frames.add(with(frame, decrypter.look(whole))));
        }
        return frames;
    }

    private static DecodedFrame with(DecodedFrame frame, Content content) {
        return new DecodedFrame(frame.file(), frame.number(), frame.at(), frame.flow(), content);
    }
}
