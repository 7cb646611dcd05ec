package io.vanth.dataplane.netlink.message;

import java.io.IOException;
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

    @Test
    void aTableThatNeverStandsStillIsAnError() {
        assertThrows(IOException.class, () -> NetlinkSocket.whole("dump", () -> dump(true, true)));
    }
}
