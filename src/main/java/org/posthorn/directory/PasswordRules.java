package org.posthorn.directory;

import java.util.Locale;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.mime.EmailAddress;

/// What is demanded of a new password.
public enum PasswordRules {
  /// Long enough, not the address, not one that everybody tries first.
  STRONG,
  /// Whatever the administrator insists on, but not nothing.
  ANY;

  /// Characters of a strong password.
  public static final int LENGTH_MIN = 10;

  /// Different ones among them.
  private static final int DIFFERENT_MIN = 5;

  /// Throws [DirectoryException] if the password will not do. The text says why, and nothing of the
  /// password.
  public void check(EmailAddress owner, String password) {
    if (password.isEmpty()) throw weak("the password is empty");
    if (this == ANY) return;
    if (password.codePointCount(0, password.length()) < LENGTH_MIN) {
      throw weak("a password has at least " + LENGTH_MIN + " characters");
    }
    if (password.codePoints().distinct().count() < DIFFERENT_MIN) {
      throw weak("the password has fewer than " + DIFFERENT_MIN + " different characters");
    }
    if (isAddress(owner, password.toLowerCase(Locale.ROOT))) {
      throw weak("the password is the address, or a part of it");
    }
    if (CommonPasswords.contains(password)) {
      throw weak("the password is one of the commonest; everybody tries it first");
    }
  }

  private static boolean isAddress(EmailAddress owner, String password) {
    String whole = owner.key();
    String localPart = owner.localPart().toLowerCase(Locale.ROOT);
    String core = CommonPasswords.withoutEnds(password);
    for (String part : new String[] {whole, localPart, owner.domain()}) {
      if (password.equals(part)) return true;
      if (!core.isEmpty() && core.equals(CommonPasswords.withoutEnds(part))) return true;
    }
    return password.contains(whole);
  }

  private static DirectoryException weak(String text) {
    return new DirectoryException(Reason.WEAK_PASSWORD, text);
  }
}
