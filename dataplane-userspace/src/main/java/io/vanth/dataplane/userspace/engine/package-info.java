/// The engine: agents that move packets between a TUN device and sockets, and the data plane that directs them.
///
/// A packet that leaves: the outbound agent reads a batch from the TUN device, looks each packet's policy up (a flow at
/// a time), takes the newest bundle of SAs of the policy's group, cuts a super-packet into segments or puts fragments
/// together where transport mode wants the whole, wraps each packet in layer after layer, the last one into a batch that
/// lies back to back, and sends that with as few calls as there are runs of equal datagrams. Without an SA it reports an
/// acquire and holds a few packets.
///
/// A packet that comes: the inbound agent of a socket (one for all raw ones) receives a batch, hands IKE up, finds the SA
/// by SPI, asks the replay window, unwraps the packet, moves the window and perhaps the peer, does all that again while
/// there is an SA for what came out, checks the selectors of the SAs and the layers of the policy, joins segments of TCP and UDP to
/// super-packets, and writes the batch to the TUN device.
///
/// Tables belong to one control thread. Agents see them through published snapshots and never wait for it.
package io.vanth.dataplane.userspace.engine;
