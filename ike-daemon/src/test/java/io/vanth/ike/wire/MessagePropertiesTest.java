package io.vanth.ike.wire;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

/// What holds for all bytes: reading gives a result, and whatever was read is written back as it came.
class MessagePropertiesTest {
    private static final int FIRST_PAYLOAD_OFFSET = 16;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatWasWrittenIsRead(long seed) {
        var samples = new SampleMessages(new Random(seed));
        for (int i = 0; i < 1_000; i++) {
            var payloads = samples.payloads();
            Bytes written = MessageWriter.write(samples.header(), payloads);
            var message = assertInstanceOf(IsakmpMessage.class, MessageReader.read(written));
            assertEquals(payloads, message.payloads());
            assertEquals(written.length(), message.header().length());
            assertEquals(payloads.getFirst().type(), message.header().nextPayload());
            ReadingRule.checkPlaintext(payloads.getFirst().type(),
                    Bytes.concat(MessageWriter.writePayloads(payloads), padding()));
        }
    }

    @Test
    void everyPrefixOfAMessageIsMalformed() {
        var samples = new SampleMessages(new Random(4));
        for (int i = 0; i < 200; i++) {
            Bytes written = MessageWriter.write(samples.header(), samples.payloads());
            for (int length = 0; length < written.length(); length++) {
                assertInstanceOf(Malformed.class, MessageReader.read(written.slice(0, length)));
            }
        }
    }

    /// A prefix of a plaintext never passes for the whole: without its end the last payload is incomplete.
    @Test
    void everyPrefixOfAChainIsMalformed() {
        var samples = new SampleMessages(new Random(5));
        for (int i = 0; i < 200; i++) {
            var payloads = samples.payloads();
            Bytes written = MessageWriter.writePayloads(payloads);
            for (int length = 0; length < written.length(); length++) {
                assertInstanceOf(Malformed.class,
                        MessageReader.readPayloads(payloads.getFirst().type(), written.slice(0, length)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void mutatedMessagesHaveAResult(long seed) {
        var random = new Random(seed);
        var samples = new SampleMessages(random);
        for (int i = 0; i < 20_000; i++) {
            byte[] content = MessageWriter.write(samples.header(), samples.payloads()).toArray();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                content[random.nextInt(content.length)] = (byte) interesting(random);
            }
            Bytes mutated = Bytes.owning(content);
            ReadingRule.checkDatagram(mutated);
            ReadingRule.checkPlaintext(mutated.at(FIRST_PAYLOAD_OFFSET), mutated.from(IsakmpHeader.BYTES));
        }
    }

    @Test
    void everyPayloadNumberHasAResult() {
        for (int type = 0; type < 256; type++) {
            for (int version : new int[]{0x10, 0x20}) {
                for (int length = 0; length < 24; length++) {
                    Bytes body = Bytes.owning(new byte[length]);
                    Bytes message = MessageWriter.write(
                            new IsakmpHeader(Cookie.NONE, Cookie.NONE, 0, version, 2, 0, 0, 0),
                            List.of(new Payload.Unknown(type, body)));
                    ReadingRule.checkDatagram(message);
                }
            }
        }
    }

    private static int interesting(Random random) {
        int[] values = {0, 1, 3, 4, 0x7f, 0x80, 0xff, random.nextInt(256)};
        return values[random.nextInt(values.length)];
    }

    private static Bytes padding() {
        return Bytes.ofHex("00000003");
    }
}
