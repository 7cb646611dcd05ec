/// A real Linux kernel with IPsec as a process of the test (User-Mode Linux), for test classes that run inside of it.
package io.vanth.lab.kernel;
