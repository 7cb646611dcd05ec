package io.vanth.ike.runtime;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.local.AddressChoice;
import io.vanth.ike.policy.LocalHost;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the addresses of this machine that connections use, by looking once a second, on a thread of its own. On a new
/// address the sockets are open before the core hears of it; those on the old one stay until it has dealt with that.
final class LocalAddresses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalAddresses.class);
    private static final long SECONDS_BETWEEN_LOOKS = 1;
    private static final long SECONDS_TO_END = 3;

    /// Those without which the daemon does not start; others when its configuration changes.
    private volatile Set<LocalHost> needed;
    private final Set<LocalHost> useful;
    private final AddressChoice choice;
    private final Sockets sockets;
    private final Map<LocalHost, Optional<InetAddress>> now = new ConcurrentHashMap<>();
    /// What was there last: it may come back, so its sockets stay open.
    private final Map<LocalHost, InetAddress> last = new HashMap<>();
    private final Map<LocalHost, String> refusals = new HashMap<>();
    private Optional<ScheduledExecutorService> looking = Optional.empty();
    private Optional<Runnable> beginning = Optional.empty();

    /// Takes an event, and returns when the core has dealt with it.
    @FunctionalInterface
    interface Listener {
        void take(Event event) throws StartException;
    }

    /// @param needed of connections
    /// @param useful without which the daemon starts all the same, when their sockets cannot be opened
    LocalAddresses(Set<LocalHost> needed, Set<LocalHost> useful, AddressChoice choice, Sockets sockets) {
        this.needed = Set.copyOf(needed);
        this.useful = Set.copyOf(useful);
        this.choice = choice;
        this.sockets = sockets;
    }

    /// Opens the sockets on the addresses that are there; the events that say which these are.
    synchronized List<Event> open() throws StartException {
        return open(hosts());
    }

    /// Those of connections that have no address now, or no sockets on it; never waits.
    List<LocalHost> missing() {
        return needed.stream().filter(each -> now.getOrDefault(each, Optional.empty())
                .filter(sockets::isOpen).isEmpty()).toList();
    }

    private Set<LocalHost> hosts() {
        return Stream.concat(needed.stream(), useful.stream()).collect(Collectors.toUnmodifiableSet());
    }

    /// Opens the sockets for connections that come, too; those that are new, of which the core does not know yet
    /// ([#tell(Set, Consumer)]). When that cannot be, everything is as before.
    synchronized Set<LocalHost> admit(Set<LocalHost> more) throws StartException {
        Set<LocalHost> before = needed;
        needed = Stream.concat(before.stream(), more.stream()).collect(Collectors.toUnmodifiableSet());
        try {
            Set<LocalHost> fresh = more.stream().filter(each -> !now.containsKey(each))
                    .collect(Collectors.toUnmodifiableSet());
            open(fresh);
            return fresh;
        } catch (StartException refused) {
            keep(before);
            throw refused;
        }
    }

    /// Says where they are now, which may be elsewhere than when their sockets were opened.
    synchronized void tell(Set<LocalHost> hosts, Consumer<Event> listener) {
        hosts.forEach(each -> listener.accept(new Event.LocalAddress(each, now.getOrDefault(each, Optional.empty()))));
    }

    /// From here on connections are from these alone; sockets that nobody uses any more are closed.
    synchronized void keep(Set<LocalHost> used) {
        needed = Set.copyOf(used);
        Set<LocalHost> all = hosts();
        now.keySet().retainAll(all);
        last.keySet().retainAll(all);
        refusals.keySet().retainAll(all);
        sockets.closeAllBut(Set.copyOf(last.values()));
        beginning.ifPresent(Runnable::run);
    }

    private List<Event> open(Set<LocalHost> fresh) throws StartException {
        List<Event> known = new ArrayList<>();
        for (LocalHost host : fresh) {
            Optional<InetAddress> address = opened(host, choice.choose(host, Optional.empty()));
            address.ifPresent(each -> last.put(host, each));
            now.put(host, address);
            if (needed.contains(host)) {
                say(host, address);
            }
            known.add(new Event.LocalAddress(host, address));
        }
        return known;
    }

    /// What is not there yet is looked for again, but for an address that is written in the configuration.
    private Optional<InetAddress> opened(LocalHost host, Optional<InetAddress> address) throws StartException {
        if (address.isPresent()) {
            try {
                sockets.open(address.get());
            } catch (AbsentAddressException absent) {
                if (host instanceof LocalHost.Address && needed.contains(host)) {
                    throw absent;
                }
                tellRefusal(host, address.get(), absent);
                return Optional.empty();
            } catch (StartException refused) {
                if (needed.contains(host)) {
                    throw refused;
                }
                tellRefusal(host, address.get(), refused);
                return Optional.empty();
            }
        }
        return address;
    }

    /// Begins to look as soon as something can change.
    synchronized void follow(String name, Listener listener) {
        beginning = Optional.of(() -> begin(name, listener));
        begin(name, listener);
    }

    private void begin(String name, Listener listener) {
        if (looking.isEmpty() && hosts().stream().anyMatch(each -> !(each instanceof LocalHost.Address))) {
            ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name(name + "-addresses").factory());
            var _ = thread.scheduleWithFixedDelay(() -> lookSafely(listener), SECONDS_BETWEEN_LOOKS,
                    SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
            looking = Optional.of(thread);
        }
    }

    /// A failed look must not be the last one.
    private void lookSafely(Listener listener) {
        try {
            look(listener);
        } catch (StartException | RuntimeException failed) {
            LOG.warn("the addresses of this machine could not be followed", failed);
        }
    }

    synchronized void look(Listener listener) throws StartException {
        boolean changed = false;
        for (LocalHost host : hosts()) {
            Optional<InetAddress> address = choice.choose(host, Optional.ofNullable(last.get(host)));
            if (!address.equals(now.get(host)) && (address.isEmpty() || opens(host, address.get()))) {
                now.put(host, address);
                address.ifPresent(each -> last.put(host, each));
                say(host, address);
                listener.take(new Event.LocalAddress(host, address));
                changed = true;
            }
        }
        if (changed) {
            sockets.closeAllBut(Set.copyOf(last.values()));
        }
    }

    /// A new IPv6 address cannot be bound at once (RFC 4862 section 5.4), so that is tried again.
    private boolean opens(LocalHost host, InetAddress address) {
        try {
            sockets.open(address);
            refusals.remove(host);
            return true;
        } catch (StartException refused) {
            tellRefusal(host, address, refused);
            return false;
        }
    }

    /// Once for each reason.
    private void tellRefusal(LocalHost host, InetAddress address, StartException refused) {
        if (!String.valueOf(refused.getMessage()).equals(refusals.put(host, refused.getMessage()))) {
            LOG.warn("{} is now {}, but {}", host, address.getHostAddress(), refused.getMessage());
        }
    }

    private static void say(LocalHost host, Optional<InetAddress> address) {
        if (address.isEmpty()) {
            LOG.warn("{} is not there; its connections wait for it", host);
        } else if (!(host instanceof LocalHost.Address)) {
            LOG.info("{} is {}", host, address.get().getHostAddress());
        }
    }

    /// Looks no more.
    @Override
    public void close() {
        looking.ifPresent(thread -> {
            thread.shutdownNow();
            try {
                if (!thread.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
                    LOG.warn("the addresses are still being looked at");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
