package org.posthorn.trust.dkim;

/// What became of one signature.
///
/// @param domain of the signer, `d=`, A-labels in lower case; "" if it cannot be read
/// @param selector `s=`
/// @param identity `i=`, or `@` and the domain
/// @param algorithm `a=`, as `ed25519-sha256`
/// @param start the first eight characters of the signature, which tell it from others (RFC 6008)
/// @param testing the key says that it is only tried out (RFC 6376 §3.6.1, t=y)
/// @param reason for people
public record DkimResult(
    Code code,
    String domain,
    String selector,
    String identity,
    String algorithm,
    String start,
    boolean testing,
    String reason) {

  /// RFC 8601 §2.7.1.
  public enum Code {
    PASS,
    FAIL,
    /// Good, and not accepted: a weak key, or only a part of the message is signed.
    POLICY,
    /// It says nothing that can be checked.
    NEUTRAL,
    TEMPERROR,
    PERMERROR;

    /// As in Authentication-Results.
    public String word() {
      return name().toLowerCase();
    }
  }
}
