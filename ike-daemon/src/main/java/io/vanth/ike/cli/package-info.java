/// The commands of `vanth`: what the operator types, and what comes back.
package io.vanth.ike.cli;
