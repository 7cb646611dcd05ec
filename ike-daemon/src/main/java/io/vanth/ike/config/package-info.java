/// The configuration file: what it may say, where it is wrong, and the values that come of it.
package io.vanth.ike.config;
