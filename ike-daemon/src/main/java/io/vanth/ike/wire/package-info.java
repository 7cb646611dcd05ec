/// ISAKMP messages as bytes and as values (RFC 2408): reading is total, unknown things keep their bytes.
package io.vanth.ike.wire;
