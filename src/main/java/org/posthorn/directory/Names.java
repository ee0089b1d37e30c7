package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.util.Locale;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.mime.EmailAddress;

/// Names of people and domains in the one form we keep.
final class Names {
  /// Octets of a local part that an account or alias may have, RFC 5321 §4.5.3.1.1.
  static final int LOCAL_PART_MAX = 64;

  /// Octets of a domain: what the id of a partition takes. RFC 1035 §2.3.4 would allow 53 more.
  static final int DOMAIN_MAX = 200;

  /// RFC 5321 §4.5.1: every domain that takes mail has one.
  static final String POSTMASTER = "postmaster";

  private Names() {}

  /// The same for all ways to write a local part: composed, in lower case. RFC 5321 §2.4 would let
  /// case matter; nobody's does.
  static String key(String localPart) {
    return Normalizer.normalize(localPart, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  /// The same for all ways to write an address.
  static String key(EmailAddress address) {
    return key(address.localPart()) + "@" + address.domain();
  }

  /// Whether a local part can be a row's key.
  static boolean fits(String key) {
    return key.length() <= LOCAL_PART_MAX && key.getBytes(UTF_8).length <= LOCAL_PART_MAX;
  }

  /// An address that somebody may have here.
  static EmailAddress address(String text) {
    EmailAddress a = EmailAddress.parse(text.strip());
    if (a == null || a.isLiteral()) {
      throw new DirectoryException(Reason.INVALID, "not an address: " + text);
    }
    if (!fits(key(a.localPart())) || !fits(a.localPart())) {
      throw new DirectoryException(
          Reason.INVALID, "longer than " + LOCAL_PART_MAX + " octets before the @: " + text);
    }
    return a;
  }

  /// An address that mail may be sent on to, here or elsewhere.
  static EmailAddress target(String text) {
    EmailAddress a = EmailAddress.parse(text.strip());
    if (a == null || a.isLiteral()) {
      throw new DirectoryException(Reason.INVALID, "not an address: " + text);
    }
    return a;
  }

  /// A domain as A-labels (RFC 5890 §2.3.2.1).
  static String domain(String text) {
    String name = EmailAddress.normalDomain(text.strip());
    if (name == null || name.startsWith("[")) {
      throw new DirectoryException(Reason.INVALID, "not a domain: " + text);
    }
    if (name.length() > DOMAIN_MAX) {
      throw new DirectoryException(
          Reason.INVALID, "domain longer than " + DOMAIN_MAX + " octets: " + text);
    }
    return name;
  }
}
