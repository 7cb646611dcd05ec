package io.vanth.ike.cli;

import io.vanth.dataplane.spi.DataPlaneProvider;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/// The data planes that are installed.
final class DataPlanes {
    private DataPlanes() {}

    static Set<String> names() {
        return all().stream().map(DataPlaneProvider::name).collect(Collectors.toSet());
    }

    static DataPlaneProvider named(String name) throws Refusal {
        return all().stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new Refusal("there is no data plane '%s'; there are: %s".formatted(name,
                        String.join(", ", names()))));
    }

    private static Set<DataPlaneProvider> all() {
        return ServiceLoader.load(DataPlaneProvider.class, DataPlanes.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).collect(Collectors.toSet());
    }
}
