package io.vanth.ike.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Fuzzing of both entries of the reader; without `JAZZER_FUZZ=1` the seeds and the findings are run through.
class MessageFuzzTest {
    @MethodSource("datagrams")
    @FuzzTest
    void anyDatagramHasAResult(byte[] datagram) {
        ReadingRule.checkDatagram(Bytes.of(datagram));
    }

    @MethodSource("plaintexts")
    @FuzzTest
    void anyPlaintextHasAResult(byte[] numberAndPlaintext) {
        Bytes input = Bytes.of(numberAndPlaintext);
        if (!input.isEmpty()) {
            ReadingRule.checkPlaintext(input.at(0), input.from(1));
        }
    }

    static Stream<byte[]> datagrams() {
        var samples = new SampleMessages(new Random(8));
        return Stream.generate(() -> MessageWriter.write(samples.header(), samples.payloads()).toArray()).limit(50);
    }

    static Stream<byte[]> plaintexts() {
        var samples = new SampleMessages(new Random(9));
        return Stream.generate(samples::payloads).map(payloads -> Bytes.concat(
                Bytes.of((byte) payloads.getFirst().type()), MessageWriter.writePayloads(payloads)).toArray())
                .limit(50);
    }
}
