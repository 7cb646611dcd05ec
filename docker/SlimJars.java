import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
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
            to.write(slimmed(bytes, entry.getName().startsWith(OWN)));
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

private static byte[] slimmed(byte[] bytes, boolean own) {
    ClassFile format = ClassFile.of();
    return format.transformClass(format.parse(bytes), ClassTransform.transformingMethodBodies((code, element) -> {
        boolean names = element instanceof LocalVariable || element instanceof LocalVariableType;
        if (!names && (own || !(element instanceof LineNumber))) {
            code.with(element);
        }
    }));
}
