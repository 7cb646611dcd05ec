package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;

/// The host's network around a TUN device, policy by policy: routes that lead protected traffic into it (and bypassed
/// traffic around it), and leak protection that stays when the process dies: a rule that drops clear packets of
/// protected selectors which arrive elsewhere, and unreachable routes of a worse metric.
///
/// For a policy of an interface of its own there are no routes and no protection: only the engine's own packets keep
/// their mark.
///
/// Called from one thread at a time, never from the packet path; the calls may block.
public interface NetworkSetup extends AutoCloseable {
    /// Does what `policy` needs, before the engine looks at it: all or nothing. What an earlier process left for the
    /// same policy is taken over.
    ///
    /// @throws DataPlaneException with the system's own error text; nothing has changed then
    void add(Policy policy) throws DataPlaneException;

    /// Undoes what `policy` needed, leak protection included.
    ///
    /// @throws DataPlaneException with the system's own error text; what could be undone is undone
    void remove(Policy policy) throws DataPlaneException;

    /// Takes away what an earlier process left for policies that have not been added since.
    ///
    /// @throws DataPlaneException with the system's own error text; what could be taken away is
    void settle() throws DataPlaneException;

    /// Ends the work for all policies: routes into the TUN device go; leak protection stays, unless the network was made
    /// to open on close.
    @Override
    void close();
}
