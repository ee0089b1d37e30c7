package org.posthorn.imap;

/// What a client can switch on with ENABLE (RFC 5161 §3.1), for the rest of the session.
public enum Extension {
  /// RFC 9051 §6.3.1: responses may be such as only the second revision has.
  IMAP4REV2("IMAP4rev2"),
  /// RFC 6855 §3.
  UTF8("UTF8=ACCEPT"),
  /// RFC 9586: messages are named by UID alone.
  UIDONLY("UIDONLY"),
  /// RFC 7162 §3.1; other commands switch it on, too.
  CONDSTORE("CONDSTORE"),
  /// RFC 7162 §3.2.3.
  QRESYNC("QRESYNC"),
  /// RFC 5464 §4.1: what others change of metadata is told.
  METADATA("METADATA"),
  /// The same of the server alone.
  METADATA_SERVER("METADATA-SERVER");

  private final String word;

  Extension(String word) {
    this.word = word;
  }

  /// As it is written on the wire.
  public String word() {
    return word;
  }

  /// The extension of that name, or null.
  public static Extension find(String word) {
    for (Extension e : values()) {
      if (e.word.equalsIgnoreCase(word)) {
        return e;
      }
    }
    return null;
  }
}
