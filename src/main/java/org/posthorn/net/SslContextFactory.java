package org.posthorn.net;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/// The one place that makes an `SSLContext`, and so the one where the provider is chosen.
///
/// @param provider who does TLS; null is the JDK's own choice
record SslContextFactory(Provider provider) {
  static final SslContextFactory JDK = new SslContextFactory(null);

  // RFC 8996: nothing older.
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  // Forward secrecy always. In TLS 1.2 all ECDSA suites stand before all RSA suites: SniKeys
  // relies on being asked for an EC key first. CBC is for mail programs of Windows 7 to 8.1.
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  // For a server that asks no client for a certificate. Without a manager of ours the JDK would
  // read
  // all the authorities it knows of, for nothing, which takes longer than the rest of the start.
  private static final TrustManager[] NO_TRUST = {new TrustsNobody()};

  // Most sessions are resumed from tickets that the client keeps; the cache is for the others.
  private static final int SESSIONS_CACHED = 1024;
  private static final int SESSION_SECONDS = 12 * 3600;

  /// @param authorities null if clients are not asked for certificates
  SSLContext context(KeyManager keys, ClientAuthorities authorities) throws IOException {
    TrustManager[] trust =
        authorities == null ? NO_TRUST : new TrustManager[] {authorities.forHandshake()};
    try {
      SSLContext context =
          provider == null
              ? SSLContext.getInstance("TLS")
              : SSLContext.getInstance("TLS", provider);
      context.init(new KeyManager[] {keys}, trust, null);
      context.getServerSessionContext().setSessionCacheSize(SESSIONS_CACHED);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  /// What every engine of the server is set to.
  static SSLParameters parameters(SSLContext context) {
    SSLParameters supported = context.getSupportedSSLParameters();
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(supportedOf(PROTOCOLS, supported.getProtocols()));
    parameters.setCipherSuites(supportedOf(SUITES, supported.getCipherSuites()));
    parameters.setUseCipherSuitesOrder(true);
    return parameters;
  }

  /// For connections that we make.
  SSLContext clientContext(TrustManager trust) throws IOException {
    try {
      SSLContext context =
          provider == null
              ? SSLContext.getInstance("TLS")
              : SSLContext.getInstance("TLS", provider);
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  /// An engine for one connection that we make.
  ///
  /// @param name host name or address literal of the server
  static SSLEngine clientEngine(SSLContext context, String name, int port) {
    SSLEngine engine = context.createSSLEngine(name, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = parameters(context);
    parameters.setUseCipherSuitesOrder(false); // the server has the choice
    if (Addresses.parse(name) == null) {
      try {
        parameters.setServerNames(List.of(new SNIHostName(name)));
      } catch (IllegalArgumentException e) {
        // RFC 6066 §3 knows no such name, one with an underscore perhaps: it is not said.
        parameters.setServerNames(List.of());
      }
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static String[] supportedOf(List<String> wanted, String[] supported) {
    Set<String> there = Set.copyOf(Arrays.asList(supported));
    return wanted.stream().filter(there::contains).toArray(String[]::new);
  }
}
