/// Sealing and opening ESP packets: one facade over the ciphers and MACs of the JCA providers.
package io.vanth.dataplane.userspace.crypto;
