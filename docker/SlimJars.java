import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Takes out of the jars named what is for debuggers: the names of local variables, and outside of Vanth's own classes,
/// whose traces are for its makers, the numbers of lines. With that the signatures of signed jars no longer fit and go
/// too: nothing here asks for them, and what the image holds is under the digest of the image.
///
/// Classes in the format of before Java 6 get that of Java 6, with what its verifier wants to know of their code: others
/// the JVM does not keep in its cache.
private static final String OWN = "io/vanth/";
private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

void main(String[] jars) throws IOException {
    for (String jar : jars) {
        slim(Path.of(jar));
    }
}

private static void slim(Path jar) throws IOException {
    Path slimmed = Files.createTempFile(jar.toAbsolutePath().getParent(), "slim", ".jar");
    try (JarFile from = new JarFile(jar.toFile(), false)) {
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(slimmed))) {
            to.setLevel(Deflater.BEST_COMPRESSION);
            for (JarEntry entry : Collections.list(from.entries())) {
                if (!SIGNATURE.matcher(entry.getName()).matches()) {
                    copy(from, entry, to);
                }
            }
        }
    }
    Files.move(slimmed, jar, StandardCopyOption.REPLACE_EXISTING);
}

private static void copy(JarFile from, JarEntry entry, ZipOutputStream to) throws IOException {
    try (InputStream in = from.getInputStream(entry)) {
        byte[] bytes = in.readAllBytes();
        ZipEntry copied = new ZipEntry(entry.getName());
        copied.setTime(entry.getTime());
        to.putNextEntry(copied);
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
            withoutDigests(bytes).write(to);
        } else if (entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")) {
            to.write(slimmed(bytes, entry.getName().startsWith(OWN), from));
        } else {
            to.write(bytes);
        }
        to.closeEntry();
    }
}

private static Manifest withoutDigests(byte[] bytes) throws IOException {
    Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
    manifest.getEntries().clear();
    return manifest;
}

private static byte[] slimmed(byte[] bytes, boolean own, JarFile jar) {
    ClassModel model = ClassFile.of().parse(bytes);
    ClassTransform code = ClassTransform.transformingMethodBodies((to, element) -> {
        boolean names = element instanceof LocalVariable || element instanceof LocalVariableType;
        if (!names && (own || !(element instanceof LineNumber))) {
            to.with(element);
        }
    });
    if (model.majorVersion() >= ClassFile.JAVA_6_VERSION) {
        return ClassFile.of().transformClass(model, code);
    }
    ClassFileVersion version = ClassFileVersion.of(ClassFile.JAVA_6_VERSION, 0);
    return ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS, hierarchy(jar)).transformClass(model,
            code.andThen((to, element) -> to.with(element instanceof ClassFileVersion ? version : element)));
}

/// What a class extends is in its own jar or in the JDK, as far as it matters to a verifier.
private static ClassFile.ClassHierarchyResolverOption hierarchy(JarFile jar) {
    ClassHierarchyResolver own = ClassHierarchyResolver.ofResourceParsing(name -> {
        JarEntry entry = jar.getJarEntry(name.packageName().replace('.', '/') + "/" + name.displayName() + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    });
    return ClassFile.ClassHierarchyResolverOption.of(own.orElse(ClassHierarchyResolver.defaultResolver()));
}
