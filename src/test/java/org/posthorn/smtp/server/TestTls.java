package org.posthorn.smtp.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.posthorn.net.TlsContexts;

/// A certificate for tests, and a client that believes anything.
public final class TestTls {
  private static TlsContexts server;

  private TestTls() {}

  public static synchronized TlsContexts server() {
    if (server == null) {
      try {
        Path directory = Files.createTempDirectory("posthorn-tls");
        Path file = directory.resolve("self-signed.pem");
        server = TlsContexts.selfSigned(file, List.of("foo.com"), InstantSource.system());
        Files.deleteIfExists(file);
        Files.delete(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }

  public static SSLContext client() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Believer()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Believer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
