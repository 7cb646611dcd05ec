/// Real peers, real networks: what a lab is made of (namespaces, daemons, traffic, taps), and the scenarios themselves.
package io.vanth.lab;
