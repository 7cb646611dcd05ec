package io.vanth.dataplane.netlink.message;

import io.vanth.dataplane.netlink.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/// Dumps of tables that change meanwhile, which the kernel says in any message of them, the last one included.
class NetlinkDumpTest {
    private static final int ENTRY = 16;

    private static NetlinkMessage message(int type, boolean interrupted) {
        return new NetlinkMessage(type,
                NetlinkMessage.MULTI | (interrupted ? NetlinkMessage.DUMP_INTERRUPTED : 0), 1, new byte[]{1, 2, 3, 4});
    }

    private static List<NetlinkMessage> dump(boolean entryInterrupted, boolean endInterrupted) {
        return List.of(message(ENTRY, false), message(ENTRY, entryInterrupted),
                message(NetlinkMessage.DONE, endInterrupted));
    }

    @Test
    void anInterruptedDumpIsRepeated() throws Exception {
        Deque<List<NetlinkMessage>> dumps = new ArrayDeque<>(
                List.of(dump(true, false), dump(false, true), dump(false, false), dump(false, false)));
        List<NetlinkMessage> first = dumps.peek();
        assertEquals(List.of(message(ENTRY, false), message(ENTRY, false)),
                NetlinkSocket.whole("dump", dumps::remove));
        assertEquals(1, dumps.size());
        first.forEach(dropped -> assertArrayEquals(new byte[4], dropped.payload()));
    }

    /// What came before the end of a dump that fails is forgotten, and what belongs to another request.
    @Test
    void aDumpThatFailsHalfWayLeavesNothing() {
        NetlinkMessage entry = message(ENTRY, false);
        Deque<List<NetlinkMessage>> datagrams = new ArrayDeque<>(List.of(List.of(entry)));
        assertThrows(IOException.class, () -> NetlinkSocket.answers("dump", 1, () -> {
            if (datagrams.isEmpty()) {
                throw new IOException("cut off");
            }
            return datagrams.remove();
        }));
        assertArrayEquals(new byte[4], entry.payload());
        NetlinkMessage first = message(ENTRY, false);
        assertThrows(LinuxException.class, () -> NetlinkSocket.answers("dump", 1,
                () -> List.of(first, message(NetlinkMessage.ERROR, false))));
        assertArrayEquals(new byte[4], first.payload());
    }

    @Test
    void answersToOthersAreForgotten() throws Exception {
        NetlinkMessage other = new NetlinkMessage(ENTRY, NetlinkMessage.MULTI, 7, new byte[]{1, 2, 3, 4});
        NetlinkMessage done = new NetlinkMessage(NetlinkMessage.DONE, NetlinkMessage.MULTI, 1, new byte[4]);
        assertEquals(List.of(message(ENTRY, false), done),
                NetlinkSocket.answers("dump", 1, () -> List.of(other, message(ENTRY, false), done)));
        assertArrayEquals(new byte[4], other.payload());
    }

    /// Whoever wipes a message leaves no copy in its attributes.
    @Test
    void attributesAreOnlyInTheMessage() throws Exception {
        MessageWriter writer = new MessageWriter("test", ENTRY, 0);
        writer.attributes().bytes(1, (byte) 1, (byte) 2, (byte) 3, (byte) 4).nested(2, in -> in.u32(3, 7));
        NetlinkMessage message = NetlinkMessage.readAll(ByteBuffer.wrap(writer.finish(1))).getFirst();
        AttributeReader attributes = message.attributes(0);
        AttributeReader nested = attributes.nested(2);
        assertEquals(7, nested.u32(3).orElseThrow());
        message.wipe();
        assertArrayEquals(new byte[4], attributes.bytes(1).orElseThrow());
        assertEquals(0, nested.u32(3).orElseThrow());
    }

    @Test
    void aTableThatNeverStandsStillIsAnError() {
        assertThrows(IOException.class, () -> NetlinkSocket.whole("dump", () -> dump(true, true)));
    }
}
