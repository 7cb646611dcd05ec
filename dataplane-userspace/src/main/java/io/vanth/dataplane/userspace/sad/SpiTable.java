package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Finds inbound SAs by SPI and socket at a cost that does not grow. One thread changes it, and what a change costs does
/// not grow either, but when the table doubles; others find meanwhile: an SA that stays is never missed.
final class SpiTable {
    private static final int MIN_PLACES = 16;
    private static final int SPREAD = 0x9E37_79B1;

    private volatile AtomicReferenceArray<Entry> places = new AtomicReferenceArray<>(MIN_PLACES);
    private int size;

    /// One of those with the same place. Never changed, so who walks along them sees them as they were.
    private record Entry(int spi, InboundSa association, Entry next) {}

    void add(InboundSa association) {
        if (size * 2 >= places.length()) {
            grow();
        }
        put(places, association);
        size++;
    }

    private void grow() {
        AtomicReferenceArray<Entry> larger = new AtomicReferenceArray<>(places.length() * 2);
        for (int place = 0; place < places.length(); place++) {
            for (Entry entry = places.getPlain(place); entry != null; entry = entry.next) {
                put(larger, entry.association);
            }
        }
        places = larger;
    }

    private static void put(AtomicReferenceArray<Entry> places, InboundSa association) {
        int place = place(association.spi(), places.length());
        places.setRelease(place, new Entry(association.spi(), association, places.getPlain(place)));
    }

    @SuppressWarnings("ReferenceEquality") // an SA is itself alone
    void remove(InboundSa association) {
        int place = place(association.spi(), places.length());
        Entry rest = null;
        for (Entry entry = places.getPlain(place); entry != null; entry = entry.next) {
            if (entry.association == association) {
                size--;
            } else {
                rest = new Entry(entry.spi, entry.association, rest);
            }
        }
        places.setRelease(place, rest);
    }

    /// The SA that `packet` on `transport` is for, or null.
    @SuppressWarnings("ReferenceEquality") // a socket is itself alone
    InboundSa find(SecuredPacket packet, EspTransport transport) {
        int spi = packet.spi();
        AtomicReferenceArray<Entry> now = places;
        for (Entry entry = now.getAcquire(place(spi, now.length())); entry != null; entry = entry.next) {
            if (entry.spi == spi && entry.association.transport() == transport && entry.association.isFor(packet)) {
                return entry.association;
            }
        }
        return null;
    }

    private static int place(int spi, int places) {
        return spi * SPREAD >>> Integer.numberOfLeadingZeros(places) + 1;
    }
}
