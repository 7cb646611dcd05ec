/// Traffic selectors in the form in which a packet is compared with them.
package io.vanth.dataplane.userspace.selector;
