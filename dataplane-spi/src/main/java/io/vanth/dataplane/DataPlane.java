package io.vanth.dataplane;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Carries the traffic of SAs. All methods may be called from any thread and return at once; a stage that fails does so
/// with a [DataPlaneException], and then nothing has changed. Stages may complete on a thread of the data plane.
public interface DataPlane extends AutoCloseable {
    /// What this data plane can do; constant.
    Capabilities capabilities();

    /// Opens a socket that IKE and ESP share. Fails where [Capabilities#ownsNatTraversalPort()] is false.
    CompletionStage<NatTraversalPort> openNatTraversalPort(InetSocketAddress local);

    /// Reserves an SPI for an inbound SA to `destination`; it is free again when the SA is removed, or by
    /// [#releaseSpi(SaId)].
    CompletionStage<Spi> allocateSpi(SecurityProtocol protocol, InetAddress destination);

    /// Gives a reserved SPI back that no SA was installed for; does nothing for an unknown one.
    CompletionStage<Void> releaseSpi(SaId id);

    /// Installs the SAs of one direction, outermost last: all or nothing. Outbound, they replace the ones of the same
    /// group for new packets; those stay until they are removed.
    CompletionStage<Void> install(List<SecurityAssociation> bundle);

    /// Moves the peer's end of a UDP-encapsulated SA to another address or port.
    CompletionStage<Void> movePeer(SaId id, InetSocketAddress peer);

    /// Removes an SA; false if there was none.
    CompletionStage<Boolean> remove(SaId id);

    /// All SAs with their live counters.
    CompletionStage<List<SaStatus>> associations();

    /// Adds a policy; fails if its name is taken. Its traffic is protected from this moment on, with or without an SA.
    CompletionStage<Void> addPolicy(Policy policy);

    /// Removes a policy by name, with the leak protection it had; false if there was none.
    CompletionStage<Boolean> removePolicy(String name);

    /// Says that all policies of the configuration have been added: leak protection that an earlier process left for
    /// others goes. Until then it stays, so that a restart opens no gap.
    CompletionStage<Void> settle();

    /// All policies in the order in which they are looked at.
    CompletionStage<List<Policy>> policies();

    /// Counters of the whole data plane by name (`snake_case`, without a prefix): every way in which a packet can end.
    /// Read from what is there; never waits.
    Map<String, Long> counters();

    /// Closes ports and devices and forgets all SAs. Leak protection stays in force, see
    /// [io.vanth.dataplane.spi.DataPlaneContext#open()].
    @Override
    void close();
}
