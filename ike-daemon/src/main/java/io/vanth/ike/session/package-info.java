/// The engine of the core: which session an event belongs to, and how long things live.
package io.vanth.ike.session;
