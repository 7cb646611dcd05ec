package io.vanth.ike;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

/// The boundaries between the packages: the core decides and sees no world, and each library has its place.
@AnalyzeClasses(packages = "io.vanth.ike", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] CORE = {"io.vanth.ike.wire..", "io.vanth.ike.crypto..", "io.vanth.ike.policy..",
            "io.vanth.ike.exchange..", "io.vanth.ike.session..", "io.vanth.ike.identity..",
            "io.vanth.ike.certificate.."};

    @ArchTest
    static final ArchRule bouncyCastleOnlyInCrypto = onlyIn("org.bouncycastle..", "io.vanth.ike.crypto..",
            "io.vanth.ike.certificate..");

    @ArchTest
    static final ArchRule vertxOnlyInRuntimeAndApi = onlyIn("io.vertx..", "io.vanth.ike.runtime..",
            "io.vanth.ike.api..");

    @ArchTest
    static final ArchRule nettyOnlyInRuntimeAndApi = onlyIn("io.netty..", "io.vanth.ike.runtime..",
            "io.vanth.ike.api..");

    @ArchTest
    static final ArchRule jacksonOnlyWhereTextIsReadAndWritten = onlyIn("com.fasterxml..", "io.vanth.ike.config..",
            "io.vanth.ike.api..", "io.vanth.ike.cli..", "io.vanth.ike.decode..");

    @ArchTest
    static final ArchRule micrometerOnlyInMetrics = onlyIn("io.micrometer..", "io.vanth.ike.metrics..");

    @ArchTest
    static final ArchRule foreignFunctionsNowhere = noClasses().should().dependOnClassesThat()
            .resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule theCoreKnowsNoShell = noClasses().that().resideInAnyPackage(CORE).should()
            .dependOnClassesThat(resideInAPackage("io.vanth.ike..").and(not(inCore())));

    @ArchTest
    static final ArchRule theCoreOpensNoSocket = noClasses().that().resideInAnyPackage(CORE).should()
            .dependOnClassesThat(resideInAPackage("java.net..").and(not(belongToAnyOf(InetAddress.class,
                    Inet4Address.class, Inet6Address.class, InetSocketAddress.class, UnknownHostException.class))))
            .orShould().dependOnClassesThat()
            .resideInAnyPackage("java.nio.channels..", "javax.net..", "java.nio.file..");

    @ArchTest
    static final ArchRule theCoreWritesNoLog = noClasses().that().resideInAnyPackage(CORE).should()
            .dependOnClassesThat().resideInAnyPackage("org.slf4j..", "ch.qos.logback..", "java.util.logging..")
            .orShould().dependOnClassesThat().areAssignableTo(System.Logger.class)
            .orShould().accessField(System.class, "out").orShould().accessField(System.class, "err");

    @ArchTest
    static final ArchRule theCoreReadsNoClock = noClasses().that().resideInAnyPackage(CORE).should()
            .accessTargetWhere(clockIsRead());

    @ArchTest
    static final ArchRule theCoreTakesItsRandomnessAsAParameter = noClasses().that().resideInAnyPackage(CORE).should()
            .accessTargetWhere(randomnessIsMade());

    /// S-18.
    @ArchTest
    static final ArchRule bytesAreComparedInConstantTime = noClasses().that()
            .resideInAnyPackage("io.vanth.ike.crypto..", "io.vanth.ike.certificate..", "io.vanth.ike.exchange..",
                    "io.vanth.ike.session..", "io.vanth.ike.identity..")
            .should()
            .accessTargetWhere(comparisonStopsEarly());

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("io.vanth.ike.(*)..").should().beFreeOfCycles();

    /// A class file of `package-info` exists only with annotations, so this looks at the sources.
    @ParameterizedTest
    @ValueSource(strings = {"dataplane-netlink", "dataplane-spi", "dataplane-userspace", "ike-daemon"})
    void everyPackageSaysWhatItIsFor(String module) throws IOException {
        Path sources = Path.of("..", module, "src", "main", "java");
        try (Stream<Path> files = Files.walk(sources)) {
            List<Path> silent = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("module-info.java")).map(Path::getParent).distinct()
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java"))).toList();
            assertEquals(List.of(), silent);
        }
    }

    private static ArchRule onlyIn(String library, String... packages) {
        return noClasses().that().resideOutsideOfPackages(packages).should().dependOnClassesThat()
                .resideInAPackage(library);
    }

    private static DescribedPredicate<JavaClass> inCore() {
        return JavaClass.Predicates.resideInAnyPackage(CORE);
    }

    private static DescribedPredicate<JavaAccess<?>> clockIsRead() {
        Set<String> systemClocks = Set.of("currentTimeMillis", "nanoTime");
        return DescribedPredicate.describe("a clock is read", access -> {
            AccessTarget target = access.getTarget();
            boolean now = target.getOwner().getPackageName().equals("java.time") && target.getName().equals("now");
            return now || target.getOwner().isEquivalentTo(Clock.class)
                    || target.getOwner().isEquivalentTo(System.class) && systemClocks.contains(target.getName());
        });
    }

    private static DescribedPredicate<JavaAccess<?>> randomnessIsMade() {
        Set<String> factories = Set.of("<init>", "getInstance", "getInstanceStrong", "of", "getDefault", "current",
                "random", "randomUUID");
        return DescribedPredicate.describe("a random source is made", access -> {
            AccessTarget target = access.getTarget();
            boolean source = target.getOwner().isAssignableTo("java.util.random.RandomGenerator")
                    || target.getOwner().isEquivalentTo(Random.class)
                    || target.getOwner().isEquivalentTo(SecureRandom.class)
                    || target.getOwner().isEquivalentTo(UUID.class) || target.getOwner().isEquivalentTo(Math.class);
            return source && factories.contains(target.getName());
        });
    }

    private static DescribedPredicate<JavaAccess<?>> comparisonStopsEarly() {
        Set<String> comparisons = Set.of("equals", "compare", "compareUnsigned", "mismatch", "deepEquals");
        return DescribedPredicate.describe("bytes are compared until they differ", access -> {
            AccessTarget target = access.getTarget();
            return target.getOwner().isEquivalentTo(Arrays.class) && comparisons.contains(target.getName());
        });
    }
}
