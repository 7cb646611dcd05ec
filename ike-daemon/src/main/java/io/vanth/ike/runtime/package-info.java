/// The shell around the core: event loop, sockets, timers, workers, and the only place where effects are performed.
package io.vanth.ike.runtime;
