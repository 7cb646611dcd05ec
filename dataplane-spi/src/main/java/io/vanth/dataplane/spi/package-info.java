/// How a data plane is found (by `ServiceLoader`) and opened.
package io.vanth.dataplane.spi;
