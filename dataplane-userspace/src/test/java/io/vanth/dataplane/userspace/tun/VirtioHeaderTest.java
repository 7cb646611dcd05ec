package io.vanth.dataplane.userspace.tun;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Bytes as drawn in VIRTIO 1.2 section 5.1.6, on a little-endian machine.
class VirtioHeaderTest {
    private static final HexFormat HEX = HexFormat.of();

    private final PacketBatch batch = new PacketBatch(2, 1000, TunDevice.HEADROOM, 0);

    @BeforeEach
    void drawnForLittleEndian() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN,
                "the bytes are drawn for little-endian machines");
    }

    @Test
    void aSuperPacketKeepsAllItsFields() {
        int index = batch.add(100);
        batch.setChecksum(index, 20, 16);
        batch.setSegments(index, PacketBatch.TCP_IPV4 | PacketBatch.WITH_ECN, 1360, 52);
        VirtioHeader.write(batch, index);
        assertArrayEquals(HEX.parseHex("01" + "81" + "3400" + "5005" + "1400" + "1000"), header());

        batch.clear();
        int read = batch.add(100);
        VirtioHeader.read(batch, read);
        assertTrue(batch.needsChecksum(read));
        assertEquals(20, batch.checksumStart(read));
        assertEquals(16, batch.checksumOffset(read));
        assertEquals(PacketBatch.TCP_IPV4 | PacketBatch.WITH_ECN, batch.segmentType(read));
        assertEquals(1360, batch.segmentSize(read));
        assertEquals(52, batch.headerLength(read));
    }

    @Test
    void anOrdinaryPacketHasZerosWhateverStoodThere() {
        Arrays.fill(batch.bytes(), (byte) 0x55);
        int index = batch.add(100);
        VirtioHeader.write(batch, index);
        assertArrayEquals(new byte[VirtioHeader.LENGTH], header());
        VirtioHeader.read(batch, index);
        assertFalse(batch.needsChecksum(index));
        assertEquals(PacketBatch.NOT_SEGMENTED, batch.segmentType(index));
    }

    @Test
    void aReceivedChecksumThatIsKnownToBeGoodNeedsNothing() {
        int index = batch.add(100);
        batch.bytes()[batch.offset(index) - VirtioHeader.LENGTH] = 2;
        VirtioHeader.read(batch, index);
        assertFalse(batch.needsChecksum(index));
    }

    private byte[] header() {
        int start = batch.offset(0) - VirtioHeader.LENGTH;
        return Arrays.copyOfRange(batch.bytes(), start, start + VirtioHeader.LENGTH);
    }
}
