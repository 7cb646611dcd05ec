/// HTTP: the control socket that the commands talk to, and the page that Prometheus scrapes.
package io.vanth.ike.api;
