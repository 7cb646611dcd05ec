package io.vanth.ike.cli;

import java.lang.reflect.Proxy;

/// SIGHUP. The JDK has no other way to it than `sun.misc.Signal`, which the compiler lets nobody name without a warning.
final class Hangup {
    private Hangup() {}

    /// Calls `action` on a thread of its own for each SIGHUP, which then no longer ends the process; false where whoever
    /// started the process has it ignored, as `nohup` does: that stays so.
    static boolean handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calls = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[]{handler},
                    (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            throw new UnsupportedOperationException(method.getName());
                        }
                        action.run();
                        return null;
                    });
            Object before = signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance("HUP"), calls);
            return !handler.getField("SIG_IGN").get(null).equals(before);
        } catch (ReflectiveOperationException absent) {
            throw new IllegalStateException("this Java has no way to SIGHUP", absent);
        }
    }
}
