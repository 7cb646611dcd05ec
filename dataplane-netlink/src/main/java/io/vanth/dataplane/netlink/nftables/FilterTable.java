package io.vanth.dataplane.netlink.nftables;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.netlink.message.AttributeReader;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// A table of one family, owned by its name. It outlives the process.
public final class FilterTable {
    private static final int SUBSYSTEM = 10;
    private static final int BATCH_BEGIN = 16;
    private static final int BATCH_END = 17;
    private static final int NEW_TABLE = SUBSYSTEM << 8;
    private static final int DELETE_TABLE = NEW_TABLE + 2;
    private static final int NEW_CHAIN = NEW_TABLE + 3;
    private static final int NEW_RULE = NEW_TABLE + 6;
    private static final int GET_RULE = NEW_TABLE + 7;
    private static final int DELETE_RULE = NEW_TABLE + 8;
    private static final int NEW_SET = NEW_TABLE + 9;
    private static final int NEW_ELEMENTS = NEW_TABLE + 12;
    private static final int DELETE_ELEMENTS = NEW_TABLE + 14;

    /// `nfgenmsg`: family u8, version u8, resource u16 in network order
    private static final int BODY_LENGTH = 4;
    private static final int FAMILY_NONE = 0;

    private static final int TABLE_NAME = 1;
    private static final int CHAIN_TABLE = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_TYPE = 7;
    private static final int HOOK_NUMBER = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int RULE_TABLE = 1;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_HANDLE = 3;
    private static final int RULE_EXPRESSIONS = 4;
    private static final int RULE_POSITION = 6;
    private static final int RULE_USER_DATA = 7;
    private static final int SET_TABLE = 1;
    private static final int SET_NAME = 2;
    private static final int SET_FLAGS = 3;
    private static final int SET_KEY_TYPE = 4;
    private static final int SET_KEY_LENGTH = 5;
    private static final int SET_ID = 10;
    private static final int SET_OF_INTERVALS = 4;
    /// What the `nft` command takes keys for.
    private static final int TYPE_IPV4_ADDRESS = 7;
    private static final int TYPE_IPV6_ADDRESS = 8;
    private static final int ELEMENTS_TABLE = 1;
    private static final int ELEMENTS_SET = 2;
    private static final int ELEMENTS_LIST = 3;

    /// User data of a rule, as the `nft` command shows it: a type (0: comment), a length, the text with an ending zero.
    private static final int COMMENT_TYPE = 0;
    private static final int COMMENT_OFFSET = 2;
    /// The longest comment, in bytes.
    private static final int MAX_COMMENT = 200;

    private final NetlinkSocket socket;
    private final Family family;
    private final String name;

    /// What packets a table sees.
    public enum Family {
        /// IPv4 and IPv6.
        INET(1),
        /// The address resolution of IPv4.
        ARP(3);

        private final int number;

        Family(int number) {
            this.number = number;
        }
    }

    /// The table `name`, by a [NetlinkSocket#NETFILTER] socket, which the caller closes.
    public FilterTable(NetlinkSocket socket, Family family, String name) {
        this.socket = socket;
        this.family = family;
        this.name = name;
    }

    /// All rules, in order within each chain; none where there is no table.
    public List<StoredRule> rules() throws IOException {
        MessageWriter message = message("list rules", GET_RULE, 0);
        message.attributes().string(RULE_TABLE, name);
        var rules = new ArrayList<StoredRule>();
        for (NetlinkMessage answer : socket.dump(message)) {
            AttributeReader attributes = answer.attributes(BODY_LENGTH);
            if (attributes.string(RULE_TABLE).orElse("").equals(name)) {
                rules.add(stored(attributes));
            }
        }
        return rules;
    }

    /// What a long comment is cut to.
    public static String asComment(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new String(bytes, 0, Math.min(bytes.length, MAX_COMMENT), StandardCharsets.UTF_8);
    }

    /// Starts a list of changes that take effect together.
    public Transaction change() {
        return new Transaction();
    }

    private static StoredRule stored(AttributeReader attributes) {
        byte[] handle = attributes.bytes(RULE_HANDLE).orElse(new byte[Long.BYTES]);
        byte[] userData = attributes.bytes(RULE_USER_DATA).orElse(new byte[0]);
        boolean comment = userData.length > COMMENT_OFFSET && userData[0] == COMMENT_TYPE;
        int length = comment ? Math.min((userData[1] & 0xFF) - 1, userData.length - COMMENT_OFFSET) : 0;
        return new StoredRule(attributes.string(RULE_CHAIN).orElse(""), ByteBuffer.wrap(handle).getLong(),
                new String(userData, comment ? COMMENT_OFFSET : 0, Math.max(length, 0), StandardCharsets.UTF_8));
    }

    private MessageWriter message(String what, int type, int flags) {
        return new MessageWriter("nftables table %s: %s".formatted(name, what), type, flags).u8(family.number).u8(0)
                .networkU16(0);
    }

    private static byte[] comment(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_COMMENT);
        byte[] data = new byte[COMMENT_OFFSET + length + 1];
        data[0] = COMMENT_TYPE;
        data[1] = (byte) (length + 1);
        System.arraycopy(bytes, 0, data, COMMENT_OFFSET, length);
        return data;
    }

    private static byte[] number(long handle) {
        return ByteBuffer.allocate(Long.BYTES).putLong(handle).array();
    }

    /// Changes to the table, in order. Nothing happens before [#commit()], and then all or nothing.
    public final class Transaction {
        private final List<MessageWriter> messages = new ArrayList<>();

        private Transaction() {
            frame(BATCH_BEGIN);
        }

        /// Makes the table unless it is there.
        public Transaction table() {
            return add("add table", NEW_TABLE, MessageWriter.CREATE,
                    message -> message.attributes().string(TABLE_NAME, name));
        }

        /// Removes the table, which must be there, with all that is in it.
        public Transaction deleteTable() {
            return add("delete table", DELETE_TABLE, 0, message -> message.attributes().string(TABLE_NAME, name));
        }

        /// Makes a chain that others jump to, unless it is there.
        public Transaction chain(String chain) {
            return add("add chain " + chain, NEW_CHAIN, MessageWriter.CREATE,
                    message -> message.attributes().string(CHAIN_TABLE, name).string(CHAIN_NAME, chain));
        }

        /// Makes a base chain of type `filter` unless it is there. Its packets pass unless a rule says otherwise.
        public Transaction chain(String chain, Hook hook, int priority) {
            return add("add chain " + chain, NEW_CHAIN, MessageWriter.CREATE,
                    message -> message.attributes().string(CHAIN_TABLE, name).string(CHAIN_NAME, chain)
                            .nested(CHAIN_HOOK,
                                    place -> place.networkU32(HOOK_NUMBER, hook.number()).networkU32(HOOK_PRIORITY,
                                            priority))
                            .string(CHAIN_TYPE, "filter"));
        }

        /// Makes a set of address ranges unless it is there.
        public Transaction set(AddressSet set) {
            return add("add set " + set.name(), NEW_SET, MessageWriter.CREATE,
                    message -> message.attributes().string(SET_TABLE, name).string(SET_NAME, set.name())
                            .networkU32(SET_FLAGS, SET_OF_INTERVALS)
                            .networkU32(SET_KEY_TYPE, set.ipv6() ? TYPE_IPV6_ADDRESS : TYPE_IPV4_ADDRESS)
                            .networkU32(SET_KEY_LENGTH, set.addressLength()).networkU32(SET_ID, messages.size()));
        }

        /// Empties a set.
        public Transaction flush(AddressSet set) {
            return add("flush set " + set.name(), DELETE_ELEMENTS, 0,
                    message -> message.attributes().string(ELEMENTS_TABLE, name).string(ELEMENTS_SET, set.name()));
        }

        /// Adds a range, which must not overlap with any that is in the set.
        public Transaction add(AddressSet set, AddressRange range) {
            return element("add %s to set %s".formatted(range, set.name()), NEW_ELEMENTS, MessageWriter.CREATE, set,
                    range);
        }

        /// Removes a range that is in the set.
        public Transaction remove(AddressSet set, AddressRange range) {
            return element("remove %s from set %s".formatted(range, set.name()), DELETE_ELEMENTS, 0, set, range);
        }

        private Transaction element(String what, int type, int flags, AddressSet set, AddressRange range) {
            return add(what, type, flags,
                    message -> message.attributes().string(ELEMENTS_TABLE, name).string(ELEMENTS_SET, set.name())
                            .nested(ELEMENTS_LIST, list -> AddressSet.write(list, range)));
        }

        /// Removes all rules of a chain.
        public Transaction flush(String chain) {
            return add("flush chain " + chain, DELETE_RULE, 0,
                    message -> message.attributes().string(RULE_TABLE, name).string(RULE_CHAIN, chain));
        }

        /// Adds a rule at the end of a chain.
        public Transaction append(String chain, FilterRule rule, String comment) {
            return rule(chain, rule, comment, OptionalLong.empty());
        }

        /// Adds a rule in front of the one of number `handle`.
        public Transaction insert(String chain, FilterRule rule, String comment, long handle) {
            return rule(chain, rule, comment, OptionalLong.of(handle));
        }

        /// Removes a rule, which must be there.
        public Transaction delete(StoredRule rule) {
            return add("delete rule", DELETE_RULE, 0,
                    message -> message.attributes().string(RULE_TABLE, name).string(RULE_CHAIN, rule.chain())
                            .bytes(RULE_HANDLE, number(rule.handle())));
        }

        /// Makes the changes.
        ///
        /// @return the rules that were added, in order
        public List<StoredRule> commit() throws IOException {
            frame(BATCH_END);
            var added = new ArrayList<StoredRule>();
            for (NetlinkMessage echo : socket.transaction(messages)) {
                if (echo.type() == NEW_RULE) {
                    added.add(stored(echo.attributes(BODY_LENGTH)));
                }
            }
            return added;
        }

        private Transaction rule(String chain, FilterRule rule, String comment, OptionalLong before) {
            int place = before.isPresent() ? 0 : MessageWriter.APPEND;
            return add("add rule '%s' to chain %s".formatted(comment, chain), NEW_RULE,
                    MessageWriter.CREATE | MessageWriter.ECHO | place, message -> {
                        var attributes = message.attributes().string(RULE_TABLE, name).string(RULE_CHAIN, chain)
                                .nested(RULE_EXPRESSIONS, rule::write);
                        if (!comment.isEmpty()) {
                            attributes.bytes(RULE_USER_DATA, comment(comment));
                        }
                        before.ifPresent(handle -> attributes.bytes(RULE_POSITION, number(handle)));
                    });
        }

        private Transaction add(String what, int type, int flags, Consumer<MessageWriter> content) {
            MessageWriter message = message(what, type, flags);
            content.accept(message);
            messages.add(message);
            return this;
        }

        private void frame(int type) {
            messages.add(new MessageWriter("nftables table " + name, type, 0).u8(FAMILY_NONE).u8(0)
                    .networkU16(SUBSYSTEM));
        }
    }
}
