package org.posthorn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Where the sources and the compiled classes of this build lie, found through the place the
/// classes were loaded from, so that it holds under Maven, in an IDE and under a bare compiler
/// alike.
public final class Repository {
  private static final Set<String> NOT_OURS = Set.of("target", "out", "bin", "node_modules");

  private static final Set<String> TEXT_SUFFIXES =
      Set.of("java", "md", "tsv", "xml", "toml", "sh", "test", "txt", "properties", "yml", "yaml");

  private Repository() {}

  /// The directory that holds `pom.xml`.
  public static Path root() {
    Path at = placeOf(Repository.class);
    while (at != null && !Files.exists(at.resolve("pom.xml"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("no pom.xml above " + placeOf(Repository.class));
    }
    return at;
  }

  /// The directory a class was loaded from.
  static Path placeOf(Class<?> loaded) {
    try {
      return Path.of(loaded.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Every file below `dir` whose name ends with `suffix`, in a stable order.
  static List<Path> files(Path dir, String suffix) {
    if (!Files.exists(dir)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(dir)) {
      return walk.filter(p -> p.toString().endsWith(suffix) && Files.isRegularFile(p))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Java sources of the product and of its tests.
  static List<Path> javaSources() {
    return files(root().resolve("src"), ".java");
  }

  /// Every text that people write: sources, documents, scripts, build files. Test messages (mail of
  /// other people) are none.
  static List<Path> writtenTexts() {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root(),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a) {
              String name = dir.getFileName().toString();
              boolean hidden = name.startsWith(".") && !name.equals(".ci") && !dir.equals(root());
              return hidden || NOT_OURS.contains(name)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
              if (isWritten(file)) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static boolean isWritten(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    boolean resource = file.toString().contains("/src/test/resources/");
    if (dot < 0) {
      return !resource;
    }
    String suffix = name.substring(dot + 1);
    return TEXT_SUFFIXES.contains(suffix) && !(resource && suffix.equals("txt"));
  }

  static String read(Path file) {
    try {
      // One byte is one character: the texts searched for are ASCII.
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
