package org.posthorn.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.posthorn.net.CertificateJudgement.Fault;

/// Whom we believe about the certificates of servers that we connect to.
///
/// The handshake lets every certificate pass, having checked that the server owns its key: mail to
/// strangers is better under unverified TLS than in clear (RFC 7435). Whether the certificate is
/// any good is judged after it, and who needs a good one closes. Revocation is not looked at.
///
/// Any thread may call. Authorities and context are read at the first use: that takes longer than
/// all else at the start.
public final class ServerAuthorities {
  private static final int SAN_IP = 7; // RFC 5280 §4.2.1.6: iPAddress [7]
  private static final int SESSIONS_CACHED = 4096;
  private static final int SESSION_SECONDS = 4 * 3600;

  private final Path file; // null: none
  private final boolean system; // those that Java comes with
  private X509TrustManager judge; // guarded by this
  private SSLContext context; // guarded by this

  private ServerAuthorities(Path file, boolean system) {
    this.file = file;
    this.system = system;
  }

  /// Those that Java comes with, or the distribution has given it.
  public static ServerAuthorities system() {
    return new ServerAuthorities(null, true);
  }

  /// The certificates in a PEM file, and nobody else.
  ///
  /// @throws IOException that names the file and says what is wrong, fit to be shown
  public static ServerAuthorities read(Path file) throws IOException {
    ServerAuthorities made = new ServerAuthorities(file, false);
    made.judge();
    return made;
  }

  /// Those that Java comes with, and besides the certificates in a PEM file.
  ///
  /// @throws IOException that names the file and says what is wrong, fit to be shown
  public static ServerAuthorities systemAnd(Path file) throws IOException {
    PemFiles.certificates(file); // which says now what is wrong
    return new ServerAuthorities(file, true);
  }

  private synchronized X509TrustManager judge() throws IOException {
    if (judge == null) {
      judge = load();
    }
    return judge;
  }

  private X509TrustManager load() throws IOException {
    try {
      if (file == null) {
        return believing(null); // which means Java's own
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int i = 0;
      for (X509Certificate authority : PemFiles.certificates(file)) {
        store.setCertificateEntry(Integer.toString(i++), authority);
      }
      if (system) {
        for (X509Certificate authority : believing(null).getAcceptedIssuers()) {
          store.setCertificateEntry(Integer.toString(i++), authority);
        }
      }
      return believing(store);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          (file == null ? "the system's authorities" : file) + " cannot be used: " + e.getMessage(),
          e);
    }
  }

  private static X509TrustManager believing(KeyStore store)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager made : factory.getTrustManagers()) {
      if (made instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new IOException("this Java does not judge certificates");
  }

  private synchronized SSLContext context() throws IOException {
    if (context == null) {
      context = SslContextFactory.JDK.clientContext(new Passing());
      context.getClientSessionContext().setSessionCacheSize(SESSIONS_CACHED);
      context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
    }
    return context;
  }

  /// An engine for one connection, as the client.
  SSLEngine engine(String name, int port) throws IOException {
    return SslContextFactory.clientEngine(context(), name, port);
  }

  /// Whether the certificate chain of a session is good for a host name or address literal.
  TlsReport report(SSLSession session, String name) {
    List<X509Certificate> chain = chain(session);
    CertificateJudgement judgement;
    try {
      judgement = judge(chain, name);
    } catch (IOException | RuntimeException e) { // RuntimeException: deep inside a parser
      judgement = new CertificateJudgement(Fault.TRUST, String.valueOf(e.getMessage()));
    }
    return new TlsReport(session.getProtocol(), session.getCipherSuite(), chain, judgement);
  }

  private static List<X509Certificate> chain(SSLSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (Certificate c : session.getPeerCertificates()) {
        if (c instanceof X509Certificate x) {
          chain.add(x);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
    return chain;
  }

  private CertificateJudgement judge(List<X509Certificate> chain, String name) throws IOException {
    if (chain.isEmpty()) {
      return new CertificateJudgement(Fault.TRUST, "no certificate");
    }
    try {
      judge().checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
    } catch (CertificateException e) {
      return fault(e, chain.getFirst());
    }
    return serves(chain.getFirst(), name)
        ? CertificateJudgement.GOOD
        : new CertificateJudgement(Fault.NAME, "the certificate is not for " + name);
  }

  /// What is wrong, in words for people: senders read them.
  private static CertificateJudgement fault(CertificateException judgement, X509Certificate own) {
    for (Throwable t = judgement; t != null; t = t.getCause()) {
      if (t instanceof CertificateExpiredException) {
        return new CertificateJudgement(
            Fault.DATE, "the certificate, or one behind it, has expired");
      }
      if (t instanceof CertificateNotYetValidException) {
        return new CertificateJudgement(
            Fault.DATE, "the certificate, or one behind it, is not valid yet");
      }
    }
    return new CertificateJudgement(
        Fault.TRUST,
        own.getIssuerX500Principal().equals(own.getSubjectX500Principal())
            ? "the certificate is vouched for by itself alone"
            : "nobody we trust vouches for the certificate");
  }

  /// RFC 9525 §6: only alternative names count, and an address only as an address.
  private static boolean serves(X509Certificate certificate, String name) {
    InetAddress address = Addresses.parse(name);
    if (address == null) {
      Identity identity = new Identity(List.of(certificate), null, Identity.namesOf(certificate));
      String lower = name.toLowerCase(Locale.ROOT);
      return identity.serves(lower) || identity.servesByWildcard(lower);
    }
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (Integer.valueOf(SAN_IP).equals(alternative.get(0))
            && address.equals(Addresses.parse((String) alternative.get(1)))) {
          return true;
        }
      }
    } catch (CertificateParsingException e) {
      return false;
    }
    return false;
  }

  /// Lets every server pass.
  private static final class Passing extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("for clients only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
