package org.posthorn.net;

/// What a server's certificate is worth.
///
/// @param doubt what is wrong, for people, printable ASCII; "" if it is good
public record CertificateJudgement(Fault fault, String doubt) {
  /// Somebody who is trusted vouches that the server is who was asked for.
  public static final CertificateJudgement GOOD = new CertificateJudgement(Fault.NONE, "");

  private static final int DOUBT_MAX = 200;

  /// What is wrong with it.
  public enum Fault {
    NONE,
    /// It is out of date, or not valid yet.
    DATE,
    /// It is somebody else's.
    NAME,
    /// Nobody who is trusted vouches for it, or there is none.
    TRUST
  }

  /// Texts may quote the certificate, and that is the peer's to write: what is not printable, or
  /// too long, is left out.
  public CertificateJudgement {
    String cut = doubt.length() > DOUBT_MAX ? doubt.substring(0, DOUBT_MAX) : doubt;
    doubt = cut.replaceAll("[^\\x20-\\x7e]", "?");
  }

  public boolean good() {
    return fault == Fault.NONE;
  }
}
