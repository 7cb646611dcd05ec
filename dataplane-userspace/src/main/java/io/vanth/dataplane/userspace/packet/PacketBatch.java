package io.vanth.dataplane.userspace.packet;

import java.util.Arrays;
import java.util.Objects;

/// Many packets in one array.
///
///     bytes  |headroom|packet 0|tailroom|headroom|packet 1|tailroom| free ...
///                     ^ offset(0)                ^ offset(1)                 ^ next() after its headroom
///
/// A batch without headroom and tailroom holds its packets back to back, which is what UDP segmentation offload sends
/// with one call and what a coalesced receive delivers. A producer writes at [#next()], at most [#room()] bytes, and
/// then says [#add(int)] as often as it found packets there, back to back. Nothing here allocates after construction.
/// A batch belongs to one thread at a time.
///
/// Beside its place each packet has an [Endpoint] (where it came from or goes to; null for inner packets) and the fields
/// of a virtio network header (VIRTIO 1.2 section 5.1.6), which say what a device left to do:
///
/// | field | meaning |
/// | --- | --- |
/// | [#needsChecksum(int)] | the transport checksum is to be completed: sum from `checksumStart` to the end, the complement goes to `checksumStart + checksumOffset`, where the pseudo-header's sum stands now |
/// | [#segmentType(int)] | [#NOT_SEGMENTED], or what the segments of this super-packet are |
/// | [#segmentSize(int)] | bytes of TCP or UDP payload in each segment but the last |
/// | [#headerLength(int)] | bytes of IP and TCP or UDP header in front of the payload; from a device only a hint |
/// | [#checksumStart(int)], [#checksumOffset(int)] | the start counts from the packet's first byte |
public final class PacketBatch {
    /// An ordinary packet.
    public static final int NOT_SEGMENTED = 0;
    /// A super-packet of TCP over IPv4.
    public static final int TCP_IPV4 = 1;
    /// A super-packet of TCP over IPv6.
    public static final int TCP_IPV6 = 4;
    /// A super-packet of UDP over IPv4 or IPv6.
    public static final int UDP = 5;
    /// Added to the type when TCP has set CWR, which then stands in the first segment only.
    public static final int WITH_ECN = 0x80;

    private final byte[] bytes;
    private final int headroom;
    private final int tailroom;
    private final int[] offset;
    private final int[] length;
    private final Endpoint[] peer;
    private final boolean[] needsChecksum;
    private final int[] segmentType;
    private final int[] segmentSize;
    private final int[] headerLength;
    private final int[] checksumStart;
    private final int[] checksumOffset;
    private final int[] trafficClass;
    private int count;
    private int end;

    /// A batch of at most `capacity` packets in `size` bytes, each with `headroom` bytes before and `tailroom` bytes
    /// behind it that belong to it alone.
    public PacketBatch(int capacity, int size, int headroom, int tailroom) {
        this.bytes = new byte[size];
        this.headroom = headroom;
        this.tailroom = tailroom;
        this.offset = new int[capacity];
        this.length = new int[capacity];
        this.peer = new Endpoint[capacity];
        this.needsChecksum = new boolean[capacity];
        this.segmentType = new int[capacity];
        this.segmentSize = new int[capacity];
        this.headerLength = new int[capacity];
        this.checksumStart = new int[capacity];
        this.checksumOffset = new int[capacity];
        this.trafficClass = new int[capacity];
    }

    /// The array that holds all packets.
    public byte[] bytes() {
        return bytes;
    }

    /// Bytes in front of each packet that the owner of the batch leaves to a device.
    public int headroom() {
        return headroom;
    }

    /// How many packets there are.
    public int count() {
        return count;
    }

    /// How many more packets [#add(int)] takes, whatever their size.
    public int places() {
        return offset.length - count;
    }

    /// Where the next packet starts.
    public int next() {
        return end + headroom;
    }

    /// The longest that the next packet may be; 0 when no place is left.
    public int room() {
        return places() == 0 ? 0 : Math.max(0, bytes.length - next() - tailroom);
    }

    /// Appends the packet of `packetLength` bytes that stands at [#next()]; its number.
    public int add(int packetLength) {
        return add(packetLength, null);
    }

    /// Appends the packet of `packetLength` bytes that stands at [#next()], from or to `packetPeer`; its number.
    public int add(int packetLength, Endpoint packetPeer) {
        if (packetLength > room()) {
            throw new IllegalStateException("%d bytes, room for %d".formatted(packetLength, room()));
        }
        int index = count++;
        offset[index] = next();
        length[index] = packetLength;
        peer[index] = packetPeer;
        needsChecksum[index] = false;
        segmentType[index] = NOT_SEGMENTED;
        trafficClass[index] = 0;
        end = offset[index] + packetLength + tailroom;
        return index;
    }

    /// Makes the last packet `more` bytes longer; they stand behind it already.
    public void extendLast(int more) {
        if (end + more > bytes.length) {
            throw new IllegalStateException("%d more bytes do not fit".formatted(more));
        }
        length[count - 1] += more;
        end += more;
    }

    /// Forgets all packets; the bytes stay as they are.
    public void clear() {
        Arrays.fill(peer, 0, count, null);
        count = 0;
        end = 0;
    }

    /// The first byte of packet `index` in [#bytes()].
    public int offset(int index) {
        return offset[index];
    }

    /// The length of packet `index`, without headroom and tailroom.
    public int length(int index) {
        return length[index];
    }

    /// Where packet `index` came from or goes to; null for an inner packet.
    public Endpoint peer(int index) {
        return peer[index];
    }

    /// The end of the run that starts with packet `first`: packets back to back to one peer, of one traffic class, all of
    /// the same length but for the last, which may be shorter. No more than `maxPackets` packets and `maxBytes` bytes, and always at least
    /// one packet.
    public int runEnd(int first, int maxPackets, int maxBytes) {
        int size = length[first];
        int total = size;
        int index = first + 1;
        while (index < count && index - first < maxPackets && length[index] <= size
                && total + length[index] <= maxBytes && offset[index] == offset[index - 1] + size
                && trafficClass[index] == trafficClass[first] && Objects.equals(peer[first], peer[index])) {
            total += length[index];
            if (length[index++] < size) {
                break;
            }
        }
        return index;
    }

    /// Says what DSCP and ECN the header in front of packet `index` is to have; 0 unless it was said.
    public void setTrafficClass(int index, int value) {
        trafficClass[index] = value;
    }

    /// DSCP and ECN of the header in front of packet `index`.
    public int trafficClass(int index) {
        return trafficClass[index];
    }

    /// Says that the transport checksum of packet `index` is to be completed.
    public void setChecksum(int index, int start, int fieldOffset) {
        needsChecksum[index] = true;
        checksumStart[index] = start;
        checksumOffset[index] = fieldOffset;
    }

    /// Says that packet `index` is a super-packet.
    public void setSegments(int index, int type, int size, int header) {
        segmentType[index] = type;
        segmentSize[index] = size;
        headerLength[index] = header;
    }

    /// Whether the transport checksum of packet `index` is to be completed.
    public boolean needsChecksum(int index) {
        return needsChecksum[index];
    }

    /// Where the sum of packet `index` starts, from the packet's first byte; meaningful with [#needsChecksum(int)].
    public int checksumStart(int index) {
        return checksumStart[index];
    }

    /// Where the checksum stands, from [#checksumStart(int)]; meaningful with [#needsChecksum(int)].
    public int checksumOffset(int index) {
        return checksumOffset[index];
    }

    /// [#NOT_SEGMENTED], [#UDP], [#TCP_IPV4] or [#TCP_IPV6], the latter two perhaps with [#WITH_ECN].
    public int segmentType(int index) {
        return segmentType[index];
    }

    /// Bytes of payload in each segment of super-packet `index`; meaningful when it is one.
    public int segmentSize(int index) {
        return segmentSize[index];
    }

    /// Bytes of IP and TCP or UDP header of super-packet `index`; meaningful when it is one.
    public int headerLength(int index) {
        return headerLength[index];
    }
}
