/// Exchanges as values: what can happen, what is to be done about it, and what can go wrong. No input or output.
package io.vanth.ike.exchange;
