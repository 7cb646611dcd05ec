package io.vanth.ike.wire;

import java.util.ArrayList;
import java.util.List;

/// Reads SA payloads with their proposals and transforms, RFC 2408 sections 3.4 to 3.6. The counts, the numbers of the
/// next payload and the lengths must agree exactly; a proposal has a transform, an SA payload of our DOI and situation a
/// proposal.
///
/// What follows another DOI or situation is theirs to define (RFC 2408 section 3.4, RFC 2407 section 4.6.1), so there are
/// no proposals then: the values are kept for the notify that answers them.
final class SaReader {
    /// The IPsec DOI, RFC 2407 section 6.
    static final int IPSEC_DOI = 1;
    /// The one situation that is supported, RFC 2407 section 4.2.1.
    static final int SIT_IDENTITY_ONLY = 1;

    private static final int SITUATION_BYTES = 4;
    private static final int RESERVED2_BYTES = 2;

    private SaReader() {}

    static Payload.Sa read(Bytes body, Cursor in) {
        int doi = in.i32("SA DOI");
        boolean ours = doi == IPSEC_DOI;
        int situation = ours || in.remaining() >= SITUATION_BYTES ? in.i32("SA situation") : 0;
        if (ours && situation == SIT_IDENTITY_ONLY) {
            return new Payload.Sa(body, doi, situation, proposals(in));
        }
        in.rest();
        return new Payload.Sa(body, doi, situation, List.of());
    }

    private static List<Payload.Proposal> proposals(Cursor in) {
        var proposals = new ArrayList<Payload.Proposal>();
        int next = PayloadType.PROPOSAL.code();
        while (next != PayloadType.NONE && !in.failed()) {
            GenericHeader header = GenericHeader.read(in, "proposal");
            next = header.next();
            if (next != PayloadType.NONE && next != PayloadType.PROPOSAL.code()) {
                in.fail("next payload of a proposal is %d".formatted(next), header.offset());
            }
            proposals.add(proposal(header.body()));
        }
        return proposals;
    }

    private static Payload.Proposal proposal(Cursor in) {
        int start = in.position();
        int number = in.u8("proposal number");
        int protocol = in.u8("proposal protocol");
        int spiSize = in.u8("proposal SPI size");
        int count = in.u8("number of transforms");
        if (count == 0) {
            in.fail("proposal %d has no transforms".formatted(number), start);
        }
        Bytes spi = in.take(spiSize, "proposal SPI");
        var transforms = new ArrayList<Payload.TransformItem>();
        for (int left = count - 1; left >= 0 && !in.failed(); left--) {
            transforms.add(transform(left, in));
        }
        in.expectEnd("proposal");
        return new Payload.Proposal(number, protocol, spi, transforms);
    }

    private static Payload.TransformItem transform(int left, Cursor in) {
        GenericHeader header = GenericHeader.read(in, "transform");
        int expected = left == 0 ? PayloadType.NONE : PayloadType.TRANSFORM.code();
        if (header.next() != expected) {
            in.fail("next payload of a transform is %d with %d to come".formatted(header.next(), left),
                    header.offset());
        }
        Cursor body = header.body();
        int number = body.u8("transform number");
        int id = body.u8("transform id");
        body.take(RESERVED2_BYTES, "transform RESERVED2");
        return new Payload.TransformItem(number, id, AttributeReader.read(body));
    }
}
