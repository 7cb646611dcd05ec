/// Sealing and opening ESP packets: one facade over the ciphers and MACs of the JCA providers, and of Bouncy Castle for
/// what those lack.
package io.vanth.dataplane.userspace.crypto;
