/// Tells from a capture how negotiations went, in the words that explain a daemon's own (O-5).
package io.vanth.ike.explain.capture;
