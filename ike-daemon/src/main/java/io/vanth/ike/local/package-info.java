/// The machine that the daemon runs on: its interfaces, addresses and routes, and which of its addresses is meant.
package io.vanth.ike.local;
