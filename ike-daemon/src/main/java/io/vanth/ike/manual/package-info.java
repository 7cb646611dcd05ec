/// SAs with keys of the operator's own, and policies beside those of connections: what setkey and ipsecadm did.
package io.vanth.ike.manual;
