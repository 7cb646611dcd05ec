package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.util.Collection;

/// Finds inbound SAs by SPI and socket at a cost that does not grow: open addressing, at most half full, never changed
/// after it was made.
final class SpiTable {
    private static final int MIN_PLACES = 16;
    private static final int SPREAD = 0x9E37_79B1;

    private final int[] spis;
    private final InboundSa[] entries;
    private final int shift;

    SpiTable(Collection<InboundSa> associations) {
        int places = Math.max(MIN_PLACES, Integer.highestOneBit(associations.size() * 2) << 1);
        spis = new int[places];
        entries = new InboundSa[places];
        shift = Integer.numberOfLeadingZeros(places) + 1;
        associations.forEach(this::add);
    }

    private void add(InboundSa association) {
        int place = first(association.spi());
        while (entries[place] != null) {
            place = place + 1 & entries.length - 1;
        }
        spis[place] = association.spi();
        entries[place] = association;
    }

    /// The SA that `packet` on `transport` is for, or null.
    @SuppressWarnings("ReferenceEquality") // a socket is itself alone
    InboundSa find(SecuredPacket packet, EspTransport transport) {
        int spi = packet.spi();
        for (int place = first(spi); entries[place] != null; place = place + 1 & entries.length - 1) {
            if (spis[place] == spi && entries[place].transport() == transport
                    && entries[place].isFor(packet)) {
                return entries[place];
            }
        }
        return null;
    }

    private int first(int spi) {
        return spi * SPREAD >>> shift;
    }
}
