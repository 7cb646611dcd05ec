/// Says why a connection is not up in words that name a line to change, from what the core keeps of failures (O-5).
package io.vanth.ike.explain;
