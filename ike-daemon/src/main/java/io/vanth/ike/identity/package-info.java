/// Who a peer says it is: the identities of phase 1 and how they are written (RFC 2407 section 4.6.2).
package io.vanth.ike.identity;
