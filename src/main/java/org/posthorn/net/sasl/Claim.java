package org.posthorn.net.sasl;

import java.util.List;

/// What a client said of itself, complete; whether it is so is for somebody else to judge.
public sealed interface Claim {
  /// As whom the client wants to act; "" for the one it proves to be.
  String authzid();

  /// Who the client says it is, for the log.
  String who();

  /// PLAIN and LOGIN.
  record Password(String authzid, String who, String password) implements Claim {
    @Override
    public String toString() {
      return "Password[authzid=" + authzid + ", who=" + who + "]";
    }
  }

  /// SCRAM.
  ///
  /// @param secret what the proof was compared with, as [Judge#secret] gave it
  /// @param proven whether the client showed that it knows the password, on this connection
  record Scram(String authzid, String who, ScramHash hash, ScramSecret secret, boolean proven)
      implements Claim {}

  /// OAUTHBEARER and XOAUTH2.
  ///
  /// @param authzid the account that the token is said to be for, "" if not said
  record Token(String authzid, String token) implements Claim {
    @Override
    public String who() {
      return authzid;
    }

    @Override
    public String toString() {
      return "Token[authzid=" + authzid + "]";
    }
  }

  /// EXTERNAL.
  ///
  /// @param addresses what the certificate that the client proved to own calls it
  record Certificate(String authzid, List<String> addresses) implements Claim {
    @Override
    public String who() {
      return authzid.isEmpty() && !addresses.isEmpty() ? addresses.getFirst() : authzid;
    }
  }
}
