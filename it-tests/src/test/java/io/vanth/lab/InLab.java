package io.vanth.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that need root, Linux and the software named. Where something is missing they are skipped with the
/// reason and the command that installs it. With `VANTH_LABS=required` in the environment what is missing is installed
/// first, and a lab that still cannot run is a failure.
///
/// Test and `@BeforeAll` methods get a [Lab] as their parameter.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LabExtension.class)
@interface InLab {
    Program[] value() default {Program.IP, Program.NFT, Program.PING, Program.IPERF, Program.TCPDUMP,
            Program.STRONGSWAN};

    /// Of a class: whether no other lab may run on the machine meanwhile, for what depends on how busy it is.
    boolean alone() default false;
}
