package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.SaDatabase;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

/// SAs are found whatever comes and goes beside them.
final class InboundLookupTest {
    private static final int ALL = 2000;
    private static final int STEPS = 20_000;
    private static final int STAYING = 50;
    private static final int ROUNDS = 20;

    private final SaDatabase database = new SaDatabase(new SecureRandom());
    private LookupTables tables;

    @BeforeEach
    void makeSas() throws Exception {
        tables = new LookupTables(ALL);
    }

    private InboundSa find(InboundSa association, SecuredPacket packet) {
        packet.readHeadless(ByteBuffer.allocate(LookupTables.HEADER).putInt(association.spi()).array(), 0,
                LookupTables.HEADER);
        return database.inbound(packet, tables.transport());
    }

    @Test
    void thoseThatAreThereAreFoundAndNoOthers() {
        Random random = new Random(7);
        Set<InboundSa> there = new HashSet<>();
        SecuredPacket packet = new SecuredPacket();
        for (int step = 0; step < STEPS; step++) {
            InboundSa chosen = tables.associations().get(random.nextInt(ALL));
            if (there.add(chosen)) {
                database.install(List.of(chosen));
            } else {
                there.remove(chosen);
                assertSame(chosen, database.remove(chosen.id()).orElseThrow());
            }
            InboundSa looked = tables.associations().get(random.nextInt(ALL));
            assertSame(there.contains(looked) ? looked : null, find(looked, packet));
        }
        tables.associations().forEach(each -> assertSame(there.contains(each) ? each : null, find(each, packet)));
        assertEquals(there, Set.copyOf(database.inbound(new SaGroup(1))));
    }

    /// From one thread while another installs and removes.
    @Test
    void whatStaysIsNeverMissed() {
        List<InboundSa> staying = tables.associations().subList(0, STAYING);
        List<InboundSa> others = tables.associations().subList(STAYING, ALL);
        database.install(staying);
        var over = new AtomicBoolean();
        CompletableFuture<Long> looking = CompletableFuture.supplyAsync(() -> {
            SecuredPacket packet = new SecuredPacket();
            long looks = 0;
            do {
                staying.forEach(each -> assertSame(each, find(each, packet)));
                looks++;
            } while (!over.get());
            return looks;
        });
        for (int round = 0; round < ROUNDS; round++) {
            others.forEach(each -> database.install(List.of(each)));
            others.forEach(each -> assertSame(each, database.remove(each.id()).orElseThrow()));
        }
        over.set(true);
        looking.join();
    }
}
