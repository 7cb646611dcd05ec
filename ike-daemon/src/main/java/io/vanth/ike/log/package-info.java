/// Log lines: one for each event, safe against hostile text, and not too many of them.
package io.vanth.ike.log;
