package org.posthorn.net;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;

/// The certificates of the server and the `SSLContext` made of them.
public final class TlsContexts {
  /// A certificate chain and its key, PEM; both may be the same file.
  public record KeyFiles(Path chain, Path key) {}

  private volatile SSLContext context;

  private TlsContexts() {}

  /// Reads certificates. The first is the default, for clients that name no server or an unknown
  /// one.
  ///
  /// @throws IOException naming the file, when one cannot be read or does not fit its key
  public static TlsContexts open(List<KeyFiles> files) throws IOException {
    throw new IOException("not yet " + files);
  }

  /// The certificate in `file`, made there on the first start: ECDSA P-256, signed by itself, for
  /// `names` and localhost. Made anew when it nears its end or lacks a name.
  public static TlsContexts selfSigned(Path file, List<String> names, InstantSource clock)
      throws IOException {
    throw new IOException("not yet " + file + names + clock);
  }

  /// Reads the files again. New connections get the new certificates; when reading fails the old
  /// ones stay.
  public void reload() throws IOException {}

  /// Whether a file has another time, size or identity than when it was read. Cheap.
  public boolean changed() {
    return false;
  }

  SSLContext context() {
    return context;
  }
}
