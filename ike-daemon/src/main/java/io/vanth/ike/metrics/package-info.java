/// Meters for Prometheus, rendered from what is already there.
package io.vanth.ike.metrics;
