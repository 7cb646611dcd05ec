/// Gets what certificates point to from the network, over HTTP and within bounds.
package io.vanth.ike.fetch;
