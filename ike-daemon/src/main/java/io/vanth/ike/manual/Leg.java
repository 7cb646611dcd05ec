package io.vanth.ike.manual;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// A layer of protection of which is known between whom it goes.
record Leg(SecurityProtocol protocol, Mode mode, Ends ends, boolean required, OptionalInt number) {
    /// Whether an SA is for it.
    boolean takes(ManualAssociation association, Direction direction) {
        boolean out = direction == Direction.OUTBOUND;
        return isKind(association) && association.source().equals(out ? ends.local() : ends.remote())
                && association.id().destination().equals(out ? ends.remote() : ends.local());
    }

    private boolean isKind(ManualAssociation association) {
        return association.id().protocol() == protocol && association.mode() == mode
                && association.number().equals(number);
    }

    Layer layer() {
        return new Layer(protocol, mode, mode == Mode.TUNNEL ? Optional.of(ends.remote()) : Optional.empty(), required);
    }

    @Override
    public String toString() {
        return "%s/%s/%s%s".formatted(protocol, mode, ends,
                number.isPresent() ? "/unique:" + number.getAsInt() : "").toLowerCase(Locale.ROOT);
    }
}
