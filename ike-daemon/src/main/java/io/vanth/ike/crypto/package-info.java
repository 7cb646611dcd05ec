/// The arithmetic of IKE: key agreement, key schedule, message encryption, hashes. Only here Bouncy Castle.
package io.vanth.ike.crypto;
