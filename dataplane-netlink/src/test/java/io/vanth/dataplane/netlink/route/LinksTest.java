package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.netlink.message.NetlinkMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class LinksTest {
    private static final int HEADER_CHARACTERS = 32;

    /// As strace shows `ip link add vx type xfrm if_id 0x56000001` of iproute2 6.1, but with the flag for nested
    /// attributes, which that leaves out. On a machine of the other byte order it would differ.
    @Test
    void anXfrmInterfaceIsMadeAsIprouteDoes() {
        String message = HexFormat.of().formatHex(Links.newXfrm("vx", 0x5600_0001).finish(1));
        assertEquals("00000000000000000000000000000000" + "070003007678" + "0000" + "18001280" + "080001007866726d"
                + "0c000280" + "0800020001000056", message.substring(HEADER_CHARACTERS));
    }

    /// What the kernel tells of a new interface has the same attributes.
    @Test
    void anXfrmInterfaceThatIsHereIsKnownByItsNumber() throws IOException {
        ByteBuffer told = ByteBuffer.wrap(Links.newXfrm("vx", 0x5600_0001).finish(1));
        NetlinkMessage event = NetlinkMessage.readAll(told).getFirst();
        assertEquals(OptionalInt.of(0x5600_0001), Links.present(event));
        assertEquals(Optional.empty(), Links.removed(event));
    }
}
