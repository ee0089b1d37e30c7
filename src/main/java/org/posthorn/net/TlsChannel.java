package org.posthorn.net;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLSession;

/// What the TLS of a connection is good for besides secrecy: to bind a login to it, and to know the
/// client by its certificate.
///
/// @param clientAddresses the mail addresses in the client's certificate, if it sent one that an
///   authority of ours signed; else empty
public record TlsChannel(SSLSession session, List<String> clientAddresses) {
  // RFC 9266 §2
  private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";
  private static final int EXPORTER_OCTETS = 32;
  private static final byte[] EXPORTER_CONTEXT = {};

  /// Signature algorithms with one hash function, as the JDK calls them.
  private static final Pattern HASHED =
      Pattern.compile("(MD5|SHA1|SHA224|SHA256|SHA384|SHA512)with.*", Pattern.CASE_INSENSITIVE);

  /// The data of a channel binding; null if there is none of the type.
  ///
  /// Out of spec: there is no `tls-unique`, which RFC 5802 §6.1 asks for with TLS 1.2. It breaks
  /// where a client has no extended master secret, and no provider of ours tells it.
  public byte[] binding(String type) {
    return switch (type) {
      case "tls-exporter" -> exporter();
      case "tls-server-end-point" -> serverEndPoint();
      default -> null;
    };
  }

  /// RFC 9266. Null with TLS 1.2 without extended master secret (RFC 7627), where the JDK refuses.
  private byte[] exporter() {
    if (!(session instanceof ExtendedSSLSession extended)) {
      return null;
    }
    try {
      return extended.exportKeyingMaterialData(EXPORTER_LABEL, EXPORTER_CONTEXT, EXPORTER_OCTETS);
    } catch (SSLKeyException | UnsupportedOperationException e) {
      return null;
    }
  }

  /// RFC 5929 §4.1. Null for a certificate whose signature has no single hash, such as Ed25519.
  private byte[] serverEndPoint() {
    Certificate[] own = session.getLocalCertificates();
    if (own == null || own.length == 0 || !(own[0] instanceof X509Certificate certificate)) {
      return null;
    }
    Matcher m = HASHED.matcher(certificate.getSigAlgName());
    if (!m.matches()) {
      return null;
    }
    String hash = m.group(1).toUpperCase(Locale.ROOT);
    String digest =
        switch (hash) {
          case "MD5", "SHA1" -> "SHA-256";
          default -> hash.replace("SHA", "SHA-");
        };
    try {
      return MessageDigest.getInstance(digest).digest(certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
