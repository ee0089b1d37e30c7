package org.posthorn.net;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Who signs certificates of clients, and what a client's certificate says.
///
/// A client that sends a certificate of somebody else, or one that has ended, gets its connection
/// like a client without one: it may have a password. So the handshake lets every certificate pass,
/// having checked that the client owns its key, and whether it is any good is judged after it.
/// Revocation is not looked at: whose certificate must open nothing any more loses his account, or
/// the authority its place.
final class ClientAuthorities {
  private static final System.Logger LOG = System.getLogger("posthorn.net");

  private final List<X509Certificate> authorities;
  private final X509TrustManager judge;

  private ClientAuthorities(List<X509Certificate> authorities, X509TrustManager judge) {
    this.authorities = authorities;
    this.judge = judge;
  }

  /// @throws IOException that names the file and says what is wrong, fit to be shown
  static ClientAuthorities read(Path file) throws IOException {
    List<X509Certificate> authorities = PemFiles.certificates(file);
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager made : factory.getTrustManagers()) {
        if (made instanceof X509TrustManager judge) {
          return new ClientAuthorities(authorities, judge);
        }
      }
      throw new IOException("this Java does not judge certificates");
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /// The mail addresses in the certificate of a session's client, if an authority of ours vouches
  /// for it (RFC 5280 §6) and it is for clients (§4.2.1.12).
  List<String> addresses(SSLSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (Certificate c : session.getPeerCertificates()) {
        if (c instanceof X509Certificate x) {
          chain.add(x);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // it sent none
    }
    if (chain.isEmpty()) {
      return List.of();
    }
    X509Certificate own = chain.getFirst();
    try {
      judge.checkClientTrusted(
          chain.toArray(X509Certificate[]::new), own.getPublicKey().getAlgorithm());
    } catch (CertificateException e) {
      LOG.log(INFO, "client-certificate-refused reason={0}", e.getMessage());
      return List.of();
    }
    return CertificateAddresses.of(own);
  }

  X509ExtendedTrustManager forHandshake() {
    return new Asking(authorities.toArray(X509Certificate[]::new));
  }

  /// Names the authorities to the client, and lets what it sends pass.
  private static final class Asking extends X509ExtendedTrustManager {
    private final X509Certificate[] issuers;

    Asking(X509Certificate[] issuers) {
      this.issuers = issuers;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("for servers only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("for servers only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("for servers only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return issuers.clone();
    }
  }
}
