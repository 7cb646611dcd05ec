package io.vanth.dataplane.userspace.spd;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.function.Consumer;

/// The places of a hash table, a power of two. Never changed: a change copies one page of them and the list of pages, not
/// all, so that many changes one after the other cost little more than few.
final class Places<E> {
    private static final int PAGE_BITS = 7;
    private static final int PAGE = 1 << PAGE_BITS;

    private final E[][] pages;
    private final int size;

    private Places(E[][] pages, int size) {
        this.pages = pages;
        this.size = size;
    }

    /// Those of an array, which is copied.
    static <E> Places<E> of(E[] places) {
        int size = places.length;
        @SuppressWarnings("unchecked") // an array of what `places` is
        E[][] pages = (E[][]) Array.newInstance(places.getClass(), Math.ceilDiv(size, PAGE));
        for (int page = 0; page < pages.length; page++) {
            pages[page] = Arrays.copyOfRange(places, page * PAGE, Math.min(size, (page + 1) * PAGE));
        }
        return new Places<>(pages, size);
    }

    int size() {
        return size;
    }

    /// What stands there, or null.
    E get(int place) {
        return pages[place >>> PAGE_BITS][place & PAGE - 1];
    }

    /// With something else at that place.
    Places<E> with(int place, E now) {
        E[][] changed = pages.clone();
        E[] page = pages[place >>> PAGE_BITS].clone();
        page[place & PAGE - 1] = now;
        changed[place >>> PAGE_BITS] = page;
        return new Places<>(changed, size);
    }

    /// All that is there.
    void forEach(Consumer<E> action) {
        for (E[] page : pages) {
            for (E each : page) {
                if (each != null) {
                    action.accept(each);
                }
            }
        }
    }
}
