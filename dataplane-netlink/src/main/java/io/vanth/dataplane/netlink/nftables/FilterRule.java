package io.vanth.dataplane.netlink.nftables;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.netlink.message.AttributeWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// One rule: conditions, all of which a packet must meet, and then what is done with it. Each is one or two expressions
/// of the kernel's small register machine: load into register 1, then compare it.
public final class FilterRule {
    private static final int LIST_ELEMENT = 1;
    private static final int EXPRESSION_NAME = 1;
    private static final int EXPRESSION_DATA = 2;
    private static final int REGISTER = 1;
    private static final int VERDICT_REGISTER = 0;

    private static final int DATA_VALUE = 1;
    private static final int DATA_VERDICT = 2;
    private static final int VERDICT_CODE = 1;
    private static final int VERDICT_CHAIN = 2;
    private static final int DROP = 0;
    private static final int ACCEPT = 1;
    private static final int JUMP = -3;
    private static final int GOTO = -4;

    private static final int META_DESTINATION = 1;
    private static final int META_KEY = 2;
    private static final int META_SOURCE = 3;
    private static final int KEY_MARK = 3;
    private static final int KEY_INPUT_NAME = 6;
    private static final int KEY_OUTPUT_NAME = 7;
    private static final int KEY_FAMILY = 15;
    private static final int KEY_PROTOCOL = 16;
    private static final int NAME_LENGTH = 16;
    private static final int FAMILY_IPV4 = 2;
    private static final int FAMILY_IPV6 = 10;

    private static final int PAYLOAD_DESTINATION = 1;
    private static final int PAYLOAD_BASE = 2;
    private static final int PAYLOAD_OFFSET = 3;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NETWORK_HEADER = 1;
    private static final int TRANSPORT_HEADER = 2;
    private static final int IPV4_SOURCE_OFFSET = 12;
    private static final int IPV4_DESTINATION_OFFSET = 16;
    private static final int IPV6_SOURCE_OFFSET = 8;
    private static final int IPV6_DESTINATION_OFFSET = 24;
    private static final int SOURCE_PORT_OFFSET = 0;
    private static final int DESTINATION_PORT_OFFSET = 2;

    private static final int HEADER_DESTINATION = 1;
    private static final int HEADER_TYPE = 2;
    private static final int HEADER_OFFSET = 3;
    private static final int HEADER_LENGTH = 4;
    private static final int FRAGMENT_HEADER = 44;
    private static final int IPV4_FRAGMENT_OFFSET = 6;
    private static final int IPV4_FRAGMENT_MASK = 0x1FFF;
    private static final int IPV6_FRAGMENT_OFFSET = 2;
    private static final int IPV6_FRAGMENT_MASK = 0xFFF8;

    private static final int BITWISE_SOURCE = 1;
    private static final int BITWISE_DESTINATION = 2;
    private static final int BITWISE_LENGTH = 3;
    private static final int BITWISE_MASK = 4;
    private static final int BITWISE_XOR = 5;

    private static final int COMPARE_SOURCE = 1;
    private static final int COMPARE_OPERATOR = 2;
    private static final int COMPARE_DATA = 3;
    private static final int EQUAL = 0;
    private static final int NOT_EQUAL = 1;
    private static final int RANGE_FROM = 3;
    private static final int RANGE_TO = 4;

    private static final int IMMEDIATE_DESTINATION = 1;
    private static final int IMMEDIATE_DATA = 2;

    private static final int FIB_DESTINATION = 1;
    private static final int FIB_RESULT = 2;
    private static final int FIB_FLAGS = 3;
    private static final int FIB_INTERFACE = 1;
    private static final int FIB_ADDRESS_TYPE = 3;
    private static final int FIB_OF_SOURCE = 1;
    private static final int FIB_OF_DESTINATION = 2;
    private static final int FIB_BY_INPUT = 8;
    private static final int NO_INTERFACE = 0;
    private static final int ADDRESS_TYPE_LOCAL = 2;

    private static final int LOOKUP_SET = 1;
    private static final int LOOKUP_SOURCE = 2;

    private final List<Consumer<AttributeWriter>> expressions = new ArrayList<>();

    public FilterRule() {}

    /// The packet came in by the interface of that name.
    public FilterRule inputLink(String name) {
        return meta(KEY_INPUT_NAME).compare(EQUAL, padded(name));
    }

    /// The packet came in by another interface than the one of that name.
    public FilterRule inputLinkNot(String name) {
        return meta(KEY_INPUT_NAME).compare(NOT_EQUAL, padded(name));
    }

    /// The packet leaves by the interface of that name.
    public FilterRule outputLink(String name) {
        return meta(KEY_OUTPUT_NAME).compare(EQUAL, padded(name));
    }

    /// The packet leaves by another interface than the one of that name.
    public FilterRule outputLinkNot(String name) {
        return meta(KEY_OUTPUT_NAME).compare(NOT_EQUAL, padded(name));
    }

    /// The packet bears the mark.
    public FilterRule marked(int mark) {
        return meta(KEY_MARK).compare(EQUAL, nativeOrder(mark));
    }

    /// The destination is an address of this host.
    public FilterRule toThisHost() {
        return expression("fib", data -> data.networkU32(FIB_DESTINATION, REGISTER)
                .networkU32(FIB_RESULT, FIB_ADDRESS_TYPE).networkU32(FIB_FLAGS, FIB_OF_DESTINATION))
                .compare(EQUAL, nativeOrder(ADDRESS_TYPE_LOCAL));
    }

    /// The packet came in by the interface that its source is reached by, as a strict reverse path filter wants it; in
    /// chains of [Hook#PREROUTING] only, as kernels before 5.19 take it nowhere else.
    public FilterRule fromWhereItsSourceIs() {
        return expression("fib", data -> data.networkU32(FIB_DESTINATION, REGISTER)
                .networkU32(FIB_RESULT, FIB_INTERFACE).networkU32(FIB_FLAGS, FIB_OF_SOURCE | FIB_BY_INPUT))
                .compare(NOT_EQUAL, nativeOrder(NO_INTERFACE));
    }

    /// The protocol above IP (behind IPv6 extension headers).
    public FilterRule protocol(int number) {
        return meta(KEY_PROTOCOL).compare(EQUAL, (byte) number);
    }

    /// The source port; ask for a protocol that has ports first.
    public FilterRule sourcePort(int first, int last) {
        return payload(TRANSPORT_HEADER, SOURCE_PORT_OFFSET, Short.BYTES).range(networkOrder(first),
                networkOrder(last));
    }

    /// The destination port; ask for a protocol that has ports first.
    public FilterRule destinationPort(int first, int last) {
        return payload(TRANSPORT_HEADER, DESTINATION_PORT_OFFSET, Short.BYTES).range(networkOrder(first),
                networkOrder(last));
    }

    /// The type of an ICMP or ICMPv6 message; ask for the protocol first.
    public FilterRule icmpType(int first, int last) {
        return payload(TRANSPORT_HEADER, 0, 1).range(new byte[]{(byte) first}, new byte[]{(byte) last});
    }

    /// The packet is a fragment but not the first of its packet, so that it has no header above IP; ask for addresses of
    /// that family first.
    public FilterRule laterFragment(boolean ipv6) {
        return ipv6
                ? expression("exthdr", data -> data.networkU32(HEADER_DESTINATION, REGISTER)
                        .u8(HEADER_TYPE, FRAGMENT_HEADER).networkU32(HEADER_OFFSET, IPV6_FRAGMENT_OFFSET)
                        .networkU32(HEADER_LENGTH, Short.BYTES)).masked(IPV6_FRAGMENT_MASK)
                        .compare(NOT_EQUAL, networkOrder(0))
                : payload(NETWORK_HEADER, IPV4_FRAGMENT_OFFSET, Short.BYTES).masked(IPV4_FRAGMENT_MASK)
                        .compare(NOT_EQUAL, networkOrder(0));
    }

    /// The source and the destination address, and with them the family.
    public FilterRule addresses(AddressRange source, AddressRange destination) {
        boolean ipv6 = source.isIpv6();
        return source(source).address(ipv6 ? IPV6_DESTINATION_OFFSET : IPV4_DESTINATION_OFFSET, destination);
    }

    /// The source address is in the set.
    public FilterRule source(AddressSet set) {
        return family(set.ipv6()).in(set, set.ipv6() ? IPV6_SOURCE_OFFSET : IPV4_SOURCE_OFFSET);
    }

    /// The destination address is in the set.
    public FilterRule destination(AddressSet set) {
        return family(set.ipv6()).in(set, set.ipv6() ? IPV6_DESTINATION_OFFSET : IPV4_DESTINATION_OFFSET);
    }

    private FilterRule in(AddressSet set, int offset) {
        return payload(NETWORK_HEADER, offset, set.addressLength()).expression("lookup",
                data -> data.string(LOOKUP_SET, set.name()).networkU32(LOOKUP_SOURCE, REGISTER));
    }

    /// The source address, and with it the family.
    public FilterRule source(AddressRange source) {
        boolean ipv6 = source.isIpv6();
        return family(ipv6).address(ipv6 ? IPV6_SOURCE_OFFSET : IPV4_SOURCE_OFFSET, source);
    }

    /// The destination address, and with it the family.
    public FilterRule destination(AddressRange destination) {
        boolean ipv6 = destination.isIpv6();
        return family(ipv6).address(ipv6 ? IPV6_DESTINATION_OFFSET : IPV4_DESTINATION_OFFSET, destination);
    }

    private FilterRule family(boolean ipv6) {
        return meta(KEY_FAMILY).compare(EQUAL, (byte) (ipv6 ? FAMILY_IPV6 : FAMILY_IPV4));
    }

    /// Counts the packets that came as far as here.
    public FilterRule count() {
        return expression("counter", data -> {});
    }

    /// Gives the packet a mark.
    public FilterRule setMark(int mark) {
        return immediate(REGISTER, data -> data.bytes(DATA_VALUE, nativeOrder(mark))).expression("meta",
                data -> data.networkU32(META_KEY, KEY_MARK).networkU32(META_SOURCE, REGISTER));
    }

    /// The packet is dropped.
    public FilterRule drop() {
        return verdict(code -> code.networkU32(VERDICT_CODE, DROP));
    }

    /// The packet passes the chains of this hook.
    public FilterRule accept() {
        return verdict(code -> code.networkU32(VERDICT_CODE, ACCEPT));
    }

    /// The rules of another chain are asked first.
    public FilterRule jump(String chain) {
        return verdict(code -> code.networkU32(VERDICT_CODE, JUMP).string(VERDICT_CHAIN, chain));
    }

    /// The rules of another chain are asked instead of those that follow here.
    public FilterRule goTo(String chain) {
        return verdict(code -> code.networkU32(VERDICT_CODE, GOTO).string(VERDICT_CHAIN, chain));
    }

    void write(AttributeWriter list) {
        expressions.forEach(expression -> expression.accept(list));
    }

    private FilterRule meta(int key) {
        return expression("meta",
                data -> data.networkU32(META_KEY, key).networkU32(META_DESTINATION, REGISTER));
    }

    private FilterRule payload(int base, int offset, int length) {
        return expression("payload", data -> data.networkU32(PAYLOAD_DESTINATION, REGISTER)
                .networkU32(PAYLOAD_BASE, base).networkU32(PAYLOAD_OFFSET, offset).networkU32(PAYLOAD_LENGTH, length));
    }

    private FilterRule address(int offset, AddressRange range) {
        byte[] first = range.first().getAddress();
        return range.prefixLength() == 0
                ? this
                : payload(NETWORK_HEADER, offset, first.length).range(first, range.last().getAddress());
    }

    private FilterRule masked(int mask) {
        return expression("bitwise", data -> data.networkU32(BITWISE_SOURCE, REGISTER)
                .networkU32(BITWISE_DESTINATION, REGISTER).networkU32(BITWISE_LENGTH, Short.BYTES)
                .nested(BITWISE_MASK, operand -> operand.bytes(DATA_VALUE, networkOrder(mask)))
                .nested(BITWISE_XOR, operand -> operand.bytes(DATA_VALUE, networkOrder(0))));
    }

    private FilterRule compare(int operator, byte... value) {
        return expression("cmp", data -> data.networkU32(COMPARE_SOURCE, REGISTER)
                .networkU32(COMPARE_OPERATOR, operator)
                .nested(COMPARE_DATA, operand -> operand.bytes(DATA_VALUE, value)));
    }

    private FilterRule range(byte[] first, byte[] last) {
        if (Arrays.equals(first, last)) {
            return compare(EQUAL, first);
        }
        return expression("range",
                data -> data.networkU32(COMPARE_SOURCE, REGISTER).networkU32(COMPARE_OPERATOR, EQUAL)
                        .nested(RANGE_FROM, operand -> operand.bytes(DATA_VALUE, first))
                        .nested(RANGE_TO, operand -> operand.bytes(DATA_VALUE, last)));
    }

    private FilterRule verdict(Consumer<AttributeWriter> code) {
        return immediate(VERDICT_REGISTER, data -> data.nested(DATA_VERDICT, code));
    }

    private FilterRule immediate(int register, Consumer<AttributeWriter> value) {
        return expression("immediate",
                data -> data.networkU32(IMMEDIATE_DESTINATION, register).nested(IMMEDIATE_DATA, value));
    }

    private FilterRule expression(String name, Consumer<AttributeWriter> data) {
        expressions.add(list -> list.nested(LIST_ELEMENT,
                element -> element.string(EXPRESSION_NAME, name).nested(EXPRESSION_DATA, data)));
        return this;
    }

    private static byte[] padded(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= NAME_LENGTH) {
            throw new IllegalArgumentException("interface name of %d bytes".formatted(bytes.length));
        }
        return Arrays.copyOf(bytes, NAME_LENGTH);
    }

    private static byte[] nativeOrder(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array();
    }

    private static byte[] networkOrder(int port) {
        return new byte[]{(byte) (port >>> 8), (byte) port};
    }
}
