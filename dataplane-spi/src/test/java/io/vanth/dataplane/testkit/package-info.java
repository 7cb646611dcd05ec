/// What every data plane must do, as tests that each data plane runs against itself.
package io.vanth.dataplane.testkit;
