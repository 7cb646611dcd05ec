/// HTTP: the API that the commands talk to, with its document and its events, and the page that Prometheus scrapes.
package io.vanth.ike.api;
