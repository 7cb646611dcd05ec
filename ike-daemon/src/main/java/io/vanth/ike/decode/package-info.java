/// Captures and datagrams as text or JSON for people and programs that look at what went over the wire.
package io.vanth.ike.decode;
