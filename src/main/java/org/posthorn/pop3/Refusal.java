package org.posthorn.pop3;

/// An `-ERR` on its way to the client. Carries no stack trace: it is an answer.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// The response code without brackets (RFC 2449 §8), or null.
  private final String code;

  private Refusal(String code, String text) {
    super(text, null, false, false);
    this.code = code;
  }

  static Refusal of(String text) {
    return new Refusal(null, text);
  }

  /// RFC 2449 §8.1.1: another session has the drop.
  static Refusal inUse() {
    return new Refusal("IN-USE", "maildrop already locked");
  }

  /// RFC 3206 §4: the credentials are wrong.
  static Refusal auth(String text) {
    return new Refusal("AUTH", text);
  }

  /// RFC 3206 §3: not now.
  static Refusal temporary(String text) {
    return new Refusal("SYS/TEMP", text);
  }

  /// RFC 3206 §3: not until somebody repairs it.
  static Refusal permanent(String text) {
    return new Refusal("SYS/PERM", text);
  }

  String line() {
    return code == null ? "-ERR " + getMessage() : "-ERR [" + code + "] " + getMessage();
  }
}
