package org.posthorn.mta.send;

import org.posthorn.mime.EmailAddress;

/// Which domains a rule is for: `example.org` that one, `*.example.org` all below it, `*` every
/// one, and also no domain at all.
///
/// @param domain A-labels in lower case; "" for every one
/// @param below those below the domain, and not itself
public record DomainPattern(String domain, boolean below) {
  public static final DomainPattern ALL = new DomainPattern("", true);

  /// @throws IllegalArgumentException when it is none
  public static DomainPattern parse(String text) {
    if (text.equals("*")) {
      return ALL;
    }
    boolean below = text.startsWith("*.");
    String domain = EmailAddress.normalDomain(below ? text.substring(2) : text);
    if (domain == null || below && domain.startsWith("[")) {
      throw new IllegalArgumentException("\"" + text + "\" is neither a domain nor *.domain nor *");
    }
    return new DomainPattern(domain, below);
  }

  /// @param other A-labels in lower case, a literal in its brackets, or ""
  public boolean fits(String other) {
    if (!below) {
      return other.equals(domain);
    }
    return domain.isEmpty()
        || other.endsWith(domain)
            && other.length() > domain.length()
            && other.charAt(other.length() - domain.length() - 1) == '.';
  }
}
