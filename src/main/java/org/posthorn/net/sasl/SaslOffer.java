package org.posthorn.net.sasl;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.posthorn.net.TlsChannel;

/// The mechanisms that work on a connection as it is now: those it announces, and no others.
public final class SaslOffer {
  /// Octets of a server's nonce.
  private static final int NONCE_OCTETS = 18;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final boolean scram;
  private final TokenHints tokens;
  private final ChannelBinding channel;
  private final List<String> addresses;

  private SaslOffer(
      boolean scram, TokenHints tokens, ChannelBinding channel, List<String> addresses) {
    this.scram = scram;
    this.tokens = tokens;
    this.channel = channel;
    this.addresses = addresses;
  }

  /// Passwords alone, on a connection without TLS.
  public static final SaslOffer PASSWORDS =
      new SaslOffer(false, null, ChannelBinding.NONE, List.of());

  /// @param scram whether who has a password can log in by SCRAM
  /// @param tokens null where tokens are not taken
  /// @param tls of the connection, null in clear
  public static SaslOffer of(boolean scram, TokenHints tokens, TlsChannel tls) {
    return tls == null
        ? new SaslOffer(scram, tokens, ChannelBinding.NONE, List.of())
        : new SaslOffer(scram, tokens, tls::binding, tls.clientAddresses());
  }

  /// The same without what is bound to the channel.
  public SaslOffer unbound() {
    return new SaslOffer(scram, tokens, ChannelBinding.NONE, addresses);
  }

  /// As they are announced; the best first, for clients that take the first they know.
  public List<String> names() {
    List<String> out = new ArrayList<>();
    if (scram) {
      if (channel.any()) {
        out.add("SCRAM-SHA-256-PLUS");
        out.add("SCRAM-SHA-1-PLUS");
      }
      out.add("SCRAM-SHA-256");
      out.add("SCRAM-SHA-1");
    }
    if (!addresses.isEmpty()) {
      out.add("EXTERNAL");
    }
    if (tokens != null) {
      out.add("OAUTHBEARER");
      out.add("XOAUTH2");
    }
    out.add("PLAIN");
    out.add("LOGIN");
    return out;
  }

  /// A new exchange, or null if the mechanism is not offered. Case does not matter.
  public SaslServer begin(String mechanism) {
    String name = mechanism.toUpperCase(Locale.ROOT);
    if (!names().contains(name)) {
      return null;
    }
    return switch (name) {
      case "SCRAM-SHA-256-PLUS" -> scram(ScramHash.SHA_256, true);
      case "SCRAM-SHA-1-PLUS" -> scram(ScramHash.SHA_1, true);
      case "SCRAM-SHA-256" -> scram(ScramHash.SHA_256, false);
      case "SCRAM-SHA-1" -> scram(ScramHash.SHA_1, false);
      case "EXTERNAL" -> new ExternalServer(addresses);
      case "OAUTHBEARER" -> new BearerServer(BearerServer.Form.OAUTHBEARER, tokens);
      case "XOAUTH2" -> new BearerServer(BearerServer.Form.XOAUTH2, tokens);
      case "PLAIN" -> new PlainServer();
      case "LOGIN" -> new LoginServer();
      default -> throw new AssertionError(name);
    };
  }

  private SaslServer scram(ScramHash hash, boolean plus) {
    return new ScramServer(hash, plus, channel.any(), channel, SaslOffer::nonce);
  }

  private static String nonce() {
    byte[] octets = new byte[NONCE_OCTETS];
    RANDOM.nextBytes(octets);
    return Base64.getEncoder().encodeToString(octets);
  }
}
