/// What the operator wants, as values: connections, tunnels, proposals, identities, and how a peer's offer is matched.
package io.vanth.ike.policy;
