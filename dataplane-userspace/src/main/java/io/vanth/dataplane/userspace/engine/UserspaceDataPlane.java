package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.NatTraversalPort;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.layer.Identifications;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.InstalledSa;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// ESP, AH and IPComp between a TUN device and sockets. The tables belong to the control thread, packets to the agents; what one
/// tells the other goes through [EngineProxy] and [ControlProxy].
final class UserspaceDataPlane implements DataPlane, ControlProxy {
    private static final Logger LOG = LoggerFactory.getLogger(UserspaceDataPlane.class);
    /// RFC 4301 section 4.4.1.
    private static final Logger AUDIT = LoggerFactory.getLogger("vanth.audit");

    private final DataPlaneContext context;
    private final TunDevice tun;
    private final NetworkSetup network;
    private final Tables tables;
    private final ControlThread control;
    private final EngineProxy outbound;
    private final OutboundAgent outboundAgent;
    private final InnerLinks links;
    private final GroupOwners owners = new GroupOwners();
    private final PortTable ports;
    private final PolicyControl policies;
    private final CounterSums sums = new CounterSums();
    private final AtomicLong ikeOverflows = new AtomicLong();
    private final Identifications identifications;
    private final Capabilities capabilities;
    private final DummyTraffic dummies = new DummyTraffic();

    UserspaceDataPlane(DataPlaneContext context, EngineDevices devices, TunDevice tun, NetworkSetup network) {
        this.context = context;
        this.tun = tun;
        this.network = network;
        this.tables = new Tables(context.random());
        this.identifications = new Identifications(context.random().nextInt());
        this.capabilities = devices.permitsRaw() ? PreparedSa.CAPABILITIES : PreparedSa.WITHOUT_RAW;
        this.control = new ControlThread();
        this.outbound = new EngineProxy(tun);
        this.outboundAgent = new OutboundAgent(tun, tables, outbound, this, context.clock(), sums.open());
        this.links = new InnerLinks(devices, context.interfaceName(), tables, sums,
                (device, own, proxy, counters) -> new OutboundAgent(device, own, proxy, this, context.clock(),
                        counters));
        this.ports = new PortTable(devices, this::forget, transport -> new InboundAgent(transport, tun, tables, this,
                context.clock(), sums.open()));
        this.policies = new PolicyControl(tables, network, links, owners, ports, outbound);
    }

    private CompletableFuture<Void> forget(EspTransport transport) {
        return CompletableFuture.allOf(outbound.forget(transport), links.forget(transport));
    }

    void start() {
        outboundAgent.start();
        control.start(this::lookAtClock);
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public CompletionStage<NatTraversalPort> openNatTraversalPort(InetSocketAddress local) {
        return control.ask(() -> {
            EspTransport transport = ports.open(local);
            return new EnginePort(transport, outbound, ikeOverflows,
                    () -> control.tell(() -> close(transport)));
        });
    }

    private void close(EspTransport transport) {
        tables.associations().removeAll(transport);
        ports.close(transport);
    }

    @Override
    public CompletionStage<Spi> allocateSpi(SecurityProtocol protocol, InetAddress destination) {
        return control.ask(() -> tables.associations().reserve(protocol, destination));
    }

    @Override
    public CompletionStage<Void> releaseSpi(SaId id) {
        return control.ask(() -> {
            tables.associations().release(id);
            return null;
        });
    }

    /// What can be refused is refused before the first table changes, so there is nothing to roll back.
    @Override
    public CompletionStage<Void> install(List<SecurityAssociation> bundle) {
        PreparedBundle prepared;
        try {
            prepared = PreparedBundle.of(bundle, context.random(), identifications, context.mtu());
        } catch (DataPlaneException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return control.<Void>ask(() -> {
            commit(prepared);
            return null;
        }).whenComplete((done, refused) -> {
            if (refused != null) {
                prepared.close();
            }
        });
    }

    private void commit(PreparedBundle prepared) throws DataPlaneException {
        for (SaId id : prepared.ids()) {
            tables.associations().checkFree(id);
        }
        Optional<InetSocketAddress> local = prepared.local();
        EspTransport transport = local.isPresent() ? ports.find(local.get()) : ports.raw();
        Instant now = context.clock().instant();
        switch (prepared.direction()) {
            case INBOUND -> {
                List<InboundSa> layers = prepared.inbound(transport, now);
                layers.forEach(each -> each.strand(owners.isStranded(each.group())));
                tables.associations().install(layers);
            }
            case OUTBOUND -> {
                OutboundBundle bundle = prepared.outbound(transport, now);
                tables.associations().install(bundle);
                outbound(bundle).tell(new EngineProxy.Command.ReleaseHeld(bundle.group()));
            }
        }
    }

    private EngineProxy outbound(OutboundBundle bundle) {
        InnerLink link = tables.links().get(bundle.group());
        return link == null ? outbound : link.proxy();
    }

    @Override
    public CompletionStage<Void> movePeer(SaId id, InetSocketAddress peer) {
        return control.ask(() -> {
            InstalledSa association = tables.associations().find(id)
                    .orElseThrow(() -> new DataPlaneException("no SA " + id));
            association.movePeer(new Endpoint(peer));
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> remove(SaId id) {
        return control.ask(() -> tables.associations().remove(id).isPresent());
    }

    @Override
    public CompletionStage<List<SaStatus>> associations() {
        return control.ask(() -> tables.associations().all().stream().map(InstalledSa::status).toList());
    }

    @Override
    public CompletionStage<Void> addPolicy(Policy policy) {
        return control.ask(() -> {
            policies.add(policy);
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> removePolicy(String name) {
        return control.ask(() -> policies.remove(name));
    }

    @Override
    public CompletionStage<Void> settle() {
        return control.ask(() -> {
            network.settle();
            links.settle();
            return null;
        });
    }

    @Override
    public CompletionStage<List<Policy>> policies() {
        return control.ask(policies::list);
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = sums.sums();
        all.merge(DropReason.OUTBOUND_IKE_OVERFLOW.counterName(), ikeOverflows.get(), Long::sum);
        return all;
    }

    private void lookAtClock() {
        Instant now = context.clock().instant();
        for (InstalledSa association : tables.associations().all()) {
            limitFound(association, association.meter().at(now));
        }
        dummies.fill(tables.associations().current(), now.toEpochMilli(), this::sendDummies);
        links.mend();
    }

    /// By the agent whose SAs they are; while a group is on its way from one to another, by none.
    private void sendDummies(OutboundBundle bundle, int count) {
        if (owners.isUsed(bundle.group())) {
            outbound(bundle).tell(new EngineProxy.Command.SendDummies(bundle, count));
        }
    }

    private void limitFound(InstalledSa association, LifetimeMeter.Limit limit) {
        switch (limit) {
            case NONE -> {
            }
            case SOFT -> report(new DataPlaneEvent.Expired(association.id(), association.group(), false));
            case HARD -> {
                if (isInstalled(association)) {
                    tables.associations().remove(association.id());
                    report(new DataPlaneEvent.Expired(association.id(), association.group(), true));
                }
            }
        }
    }

    private boolean isInstalled(InstalledSa association) {
        return tables.associations().find(association.id()).filter(association::equals).isPresent();
    }

    @Override
    public void limitReached(InstalledSa association, LifetimeMeter.Limit limit) {
        control.tell(() -> limitFound(association, limit));
    }

    @Override
    public void peerMoved(InboundSa association, Endpoint before, Endpoint now) {
        control.tell(() -> {
            for (InstalledSa each : tables.associations().all()) {
                if (each instanceof OutboundSa && each.group().equals(association.group())
                        && each.peer().equals(before)) {
                    each.movePeer(now);
                }
            }
            report(new DataPlaneEvent.MappingChanged(association.id(), association.group(), before.socketAddress(),
                    now.socketAddress()));
        });
    }

    @Override
    public void report(DataPlaneEvent event) {
        context.events().accept(event);
    }

    @Override
    public void audit(AuditEvent event) {
        AUDIT.warn("{}", event);
    }

    @Override
    public void agentFailed(String agent, Throwable cause) {
        report(new DataPlaneEvent.Failed(agent + " ended: " + cause));
    }

    @Override
    public void deviceLost(Agent agent, DeviceLostException cause) {
        control.tell(() -> links.lose(agent, cause));
    }

    @Override
    public void close() {
        if (!control.stop()) {
            return;
        }
        outboundAgent.stop();
        links.stop();
        ports.closeAll();
        tables.associations().all().forEach(InstalledSa::end);
        network.close();
        links.close(context.open());
        tun.close();
        LOG.debug("userspace data plane on {} closed", tun.name());
    }
}
