package io.vanth.ike.wire;

import java.util.ArrayList;
import java.util.List;

/// Reads a chain of payloads, RFC 2408 section 3.2. Each step moves forward at least by the size of a generic header, and
/// there are only so many steps, so no chain can loop or take more than linear time.
final class ChainReader {
    /// How many payloads a message may have. The largest sensible ones, a main mode message with a dozen vendor ids or an
    /// authentication with a chain of certificates, stay far below.
    static final int MAX_PAYLOADS = 64;

    private ChainReader() {}

    /// The payloads and the offset behind each; stops behind the last one.
    record Chain(List<Payload> payloads, List<Integer> ends) {}

    static Chain read(int first, Cursor in) {
        var payloads = new ArrayList<Payload>();
        var ends = new ArrayList<Integer>();
        int type = first;
        while (type != PayloadType.NONE && !in.failed()) {
            if (payloads.size() == MAX_PAYLOADS) {
                in.fail("more than %d payloads".formatted(MAX_PAYLOADS), in.position());
                break;
            }
            String what = PayloadType.nameOf(type);
            GenericHeader header = GenericHeader.read(in, what);
            payloads.add(PayloadReader.read(type, header.body()));
            header.body().expectEnd(what);
            ends.add(in.position());
            type = header.next();
        }
        return new Chain(payloads, ends);
    }
}
