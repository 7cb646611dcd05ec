package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlane;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionStage;

/// A real data plane, of which a test sees what it is asked, and what it is then.
final class WatchedPlane {
    /// Told after each call.
    @FunctionalInterface
    interface Watcher {
        void called() throws Exception;
    }

    private WatchedPlane() {}

    static DataPlane of(DataPlane plane, Watcher watcher) {
        return (DataPlane) Proxy.newProxyInstance(DataPlane.class.getClassLoader(), new Class<?>[]{DataPlane.class},
                (_, method, arguments) -> {
                    Object answer = call(plane, method, arguments);
                    if (answer instanceof CompletionStage<?> stage && stage.toCompletableFuture()
                            .handle((_, _) -> true).get()) {
                        watcher.called();
                    }
                    return answer;
                });
    }

    private static Object call(DataPlane plane, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(plane, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
