package org.posthorn.imap.wire;

import org.posthorn.store.AclChange;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;

/// Rights as they are written (RFC 4314 §7), with the two virtual ones of §2.1.1: `c` is `k` and
/// `x`, `d` is `t` and `e`.
public final class RightsSyntax {
  private static final Rights CREATE = Rights.of(Right.CREATE, Right.DELETE_MAILBOX);
  private static final Rights DELETE = Rights.of(Right.DELETE_MESSAGES, Right.EXPUNGE);

  private RightsSyntax() {}

  /// What `+`, `-` or nothing before the rights asks for (RFC 4314 §3.1).
  public static AclChange.Op op(String written) {
    return written.startsWith("+")
        ? AclChange.Op.ADD
        : written.startsWith("-") ? AclChange.Op.REMOVE : AclChange.Op.REPLACE;
  }

  /// The rights behind that.
  public static Rights rights(String written) {
    Rights rights = Rights.NONE;
    for (int i = op(written) == AclChange.Op.REPLACE ? 0 : 1; i < written.length(); i++) {
      rights = rights.plus(right(written.charAt(i)));
    }
    return rights;
  }

  private static Rights right(char letter) {
    if (letter == 'c') {
      return CREATE;
    }
    if (letter == 'd') {
      return DELETE;
    }
    if (letter >= 'A' && letter <= 'Z') {
      throw CommandException.bad("Uppercase rights are not allowed");
    }
    Right r = Right.of(letter);
    if (r == null) {
      throw CommandException.bad(
          letter > ' ' && letter < 0x7f
              ? "The " + letter + " right is not supported"
              : "That right is not supported");
    }
    return Rights.of(r);
  }

  /// Each right, and the virtual ones for old clients.
  public static String text(Rights rights) {
    var b = new StringBuilder(rights.minus(Rights.of(Right.ADMINISTER)).letters());
    if (rights.hasAny(Right.CREATE, Right.DELETE_MAILBOX)) {
      b.append('c');
    }
    if (rights.hasAny(Right.DELETE_MESSAGES, Right.EXPUNGE)) {
      b.append('d');
    }
    return b.append(rights.has(Right.ADMINISTER) ? "a" : "").toString();
  }
}
