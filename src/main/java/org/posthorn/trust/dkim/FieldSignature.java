package org.posthorn.trust.dkim;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// A signature in a field of ARC, which is like one of DKIM but for a few tags (RFC 8617 §4.1.2,
/// §4.1.3).
public final class FieldSignature {
  private final Claim claim;

  private FieldSignature(HeaderField field, Claim.Kind kind) {
    claim = Claim.parse(field, kind);
  }

  /// ARC-Message-Signature.
  public static FieldSignature ofMessage(HeaderField field) {
    return new FieldSignature(field, Claim.Kind.ARC_MESSAGE);
  }

  /// ARC-Seal.
  public static FieldSignature seal(HeaderField field) {
    return new FieldSignature(field, Claim.Kind.ARC_SEAL);
  }

  public HeaderField field() {
    return claim.field();
  }

  /// Null if they cannot be read.
  public TagList tags() {
    return claim.tags();
  }

  /// `d=` with A-labels in lower case, "" if it cannot be read.
  public String domain() {
    return claim.domain();
  }

  /// Asks for the keys of all of them at once.
  public static void ask(Keys keys, List<FieldSignature> all) {
    keys.ask(
        all.stream()
            .filter(s -> s.claim.flaw().isEmpty())
            .map(s -> s.claim.keyName())
            .collect(Collectors.toSet()));
  }

  /// Checks a signature of the message.
  public DkimResult check(SignedMessage message, Keys keys, Instant now) {
    return new Verification(message, claim, keys, now).result();
  }

  /// Checks a seal.
  ///
  /// @param before the fields that are signed with it
  public DkimResult check(List<HeaderField> before, Keys keys) {
    SignedOctets octets = new SignedOctets();
    before.forEach(f -> octets.field(f, Canonicalization.RELAXED));
    return Verification.seal(claim, octets, keys);
  }
}
