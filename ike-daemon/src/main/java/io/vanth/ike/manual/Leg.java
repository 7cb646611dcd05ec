package io.vanth.ike.manual;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// A layer of protection of which is known between whom it goes; whether it is required is each policy's own matter.
record Leg(SecurityProtocol protocol, Mode mode, Ends ends, OptionalInt number) {
    Layer layer(boolean required) {
        Optional<Ends> tunnel = mode == Mode.TUNNEL ? Optional.of(ends) : Optional.empty();
        return new Layer(protocol, mode, tunnel.map(Ends::local), tunnel.map(Ends::remote), required);
    }

    @Override
    public String toString() {
        return "%s/%s/%s%s".formatted(protocol, mode, ends,
                number.isPresent() ? "/unique:" + number.getAsInt() : "").toLowerCase(Locale.ROOT);
    }
}
