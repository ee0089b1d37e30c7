package org.posthorn.store.kv;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/// Loads RocksDB's native library from a directory of ours, where it is unpacked once per version,
/// and not into the temporary directory at every start.
final class NativeLibrary {
  private static final System.Logger LOG = System.getLogger("posthorn.store.kv");
  private static boolean loaded; // guarded by the class

  private NativeLibrary() {}

  /// @param directory for unpacked libraries, created if need be
  static synchronized void load(Path directory) {
    if (loaded) return;
    try {
      RocksDB.loadLibrary(List.of(unpack(directory).toString()));
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.log(System.Logger.Level.WARNING, "kv-library-not-kept reason={0}", e.toString());
      RocksDB.loadLibrary(); // RocksDB's own way, into the temporary directory
    }
    loaded = true;
  }

  /// The directory with the library of this version, named by its checksum in the jar.
  private static Path unpack(Path directory) throws IOException {
    String name = Environment.getJniLibraryFileName("rocksdb");
    URL url = RocksDB.class.getClassLoader().getResource(name);
    if (url == null || !(url.openConnection() instanceof JarURLConnection jar)) {
      throw new IOException("no " + name + " in a jar");
    }
    long size = jar.getJarEntry().getSize();
    Path home = directory.resolve("rocksdb-" + Long.toHexString(jar.getJarEntry().getCrc()));
    Path file = home.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
    if (Files.exists(file) && Files.size(file) == size) return home;
    Files.createDirectories(home);
    Path part = Files.createTempFile(home, "unpacking", null);
    try (InputStream in = jar.getInputStream()) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    return home;
  }
}
