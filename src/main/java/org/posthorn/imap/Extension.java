package org.posthorn.imap;

/// What a client can switch on with ENABLE (RFC 5161 §3.1), for the rest of the session.
public enum Extension {
  /// RFC 7162 §3.1; other commands switch it on, too.
  CONDSTORE("CONDSTORE"),
  /// RFC 7162 §3.2.3.
  QRESYNC("QRESYNC");

  private final String word;

  Extension(String word) {
    this.word = word;
  }

  /// As it is written on the wire.
  public String word() {
    return word;
  }

  /// The extension of that name in upper case, or null.
  public static Extension find(String word) {
    for (Extension e : values()) {
      if (e.word.equals(word)) {
        return e;
      }
    }
    return null;
  }
}
