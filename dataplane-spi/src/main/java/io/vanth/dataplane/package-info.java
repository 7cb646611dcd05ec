/// Security associations, policies and the data plane that carries them, in the words of RFC 4301.
package io.vanth.dataplane;
