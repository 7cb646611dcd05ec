/// Own keys and certificates, whom to trust, and the judgement of what a peer presents (RFC 4945).
package io.vanth.ike.certificate;
