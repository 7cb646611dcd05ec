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
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Takes out of the jars named what is for debuggers: the names of local variables, and outside of Vanth's own classes,
/// whose traces are for its makers, the numbers of lines. Signed jars stay as they are.
private static final String OWN = "io/vanth/";

void main(String[] jars) throws IOException {
    for (String jar : jars) {
        slim(Path.of(jar));
    }
}

private static void slim(Path jar) throws IOException {
    Path slimmed = Files.createTempFile(jar.toAbsolutePath().getParent(), "slim", ".jar");
    try (JarFile from = new JarFile(jar.toFile(), false)) {
        if (from.stream().anyMatch(entry -> entry.getName().matches("META-INF/[^/]+\\.SF"))) {
            Files.delete(slimmed);
            return;
        }
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(slimmed))) {
            to.setLevel(Deflater.BEST_COMPRESSION);
            for (JarEntry entry : Collections.list(from.entries())) {
                copy(from, entry, to);
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
        to.write(entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")
                ? slimmed(bytes, entry.getName().startsWith(OWN))
                : bytes);
        to.closeEntry();
    }
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
