package org.posthorn.net;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;

/// Chooses the certificate by the name the client asks for (RFC 6066 §3) and the kinds of key it
/// can take. Aliases are indexes into the list, so a manager never changes; a reload makes a new
/// one.
final class SniKeys extends X509ExtendedKeyManager {
  private final List<Identity> identities;
  private final List<Identity> defaults;

  /// @param identities not empty; the first, and those that share a name with it, are the default
  SniKeys(List<Identity> identities) {
    this.identities = List.copyOf(identities);
    Identity first = identities.getFirst();
    this.defaults =
        identities.stream()
            .filter(i -> i == first || i.names().stream().anyMatch(first::serves))
            .toList();
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    Identity chosen = choose(keyType, engine.getHandshakeSession());
    return chosen == null ? null : Integer.toString(identities.indexOf(chosen));
  }

  private Identity choose(String keyType, SSLSession session) {
    List<Identity> candidates = candidates(serverName(session));
    Identity chosen = ofType(candidates, keyType);
    if (chosen != null || anotherTypeWillDo(candidates, keyType, session)) {
      return chosen;
    }
    // A certificate for another name is better than no TLS: most of those who send mail do not
    // look.
    Identity other = ofType(defaults, keyType);
    return other != null ? other : ofType(identities, keyType);
  }

  private List<Identity> candidates(String name) {
    if (name != null) {
      List<Identity> exact = identities.stream().filter(i -> i.serves(name)).toList();
      if (!exact.isEmpty()) {
        return exact;
      }
      List<Identity> wild = identities.stream().filter(i -> i.servesByWildcard(name)).toList();
      if (!wild.isEmpty()) {
        return wild;
      }
    }
    return defaults;
  }

  private static Identity ofType(List<Identity> among, String keyType) {
    for (Identity identity : among) {
      if (identity.type().equalsIgnoreCase(keyType)) {
        return identity;
      }
    }
    return null;
  }

  /// Whether the client can take one of the candidates with a key of another type, for which we
  /// will be asked next if we have nothing now.
  private static boolean anotherTypeWillDo(
      List<Identity> candidates, String keyType, SSLSession session) {
    boolean tls13 = "TLSv1.3".equals(session.getProtocol());
    if (!tls13) {
      // The suites tell, and we do not see them; but EC is asked for before RSA.
      return !keyType.equals("RSA");
    }
    if (!(session instanceof ExtendedSSLSession extended)) {
      return false;
    }
    List<String> schemes = List.of(extended.getPeerSupportedSignatureAlgorithms());
    return candidates.stream()
        .anyMatch(i -> schemes.stream().anyMatch(scheme -> signs(i.type(), scheme)));
  }

  /// Whether a key makes signatures of a scheme that TLS 1.3 allows (RFC 8446 §4.2.3).
  private static boolean signs(String keyType, String scheme) {
    return switch (keyType) {
      case "EC" -> scheme.endsWith("withECDSA") && !scheme.startsWith("SHA1");
      case "RSA", "RSASSA-PSS" -> scheme.equals("RSASSA-PSS");
      default -> scheme.startsWith("Ed");
    };
  }

  private static String serverName(SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : extended.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return host.getAsciiName().toLowerCase(Locale.ROOT);
        }
      }
    }
    return null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identities.get(Integer.parseInt(alias)).key();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    Identity identity = ofType(identities, keyType);
    return identity == null ? null : new String[] {Integer.toString(identities.indexOf(identity))};
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return null; // engines only
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return null; // a server
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return null;
  }
}
