package org.posthorn.app.config;

import java.util.List;

/// Signing of mail that leaves (DKIM).
public record Dkim(
    @Key(
            doc =
                "Whether mail of our domains is signed when it leaves. The keys are made with each"
                    + " domain; `posthorn dkim list` shows what has to be published of them.",
            value = "true")
        boolean enabled,
    @Key(
            doc =
                "The kinds of signatures that are made: \"rsa\", which everybody can verify, and"
                    + " \"ed25519\" (RFC 8463), which is shorter and which not everybody knows yet."
                    + " A message carries one of each.",
            value = "[\"rsa\", \"ed25519\"]")
        List<Algorithm> algorithms) {

  /// Kinds of keys.
  public enum Algorithm {
    RSA,
    ED25519
  }
}
