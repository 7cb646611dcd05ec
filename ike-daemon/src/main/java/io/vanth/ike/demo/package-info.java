/// The demonstration: two gateways in one process, and packets that must arrive or must not.
package io.vanth.ike.demo;
