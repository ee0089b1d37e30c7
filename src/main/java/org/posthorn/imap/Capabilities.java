package org.posthorn.imap;

/// What a session may be told that we can do; only what works here and now.
public final class Capabilities {
  private static final String ALWAYS =
      "CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE IDLE NAMESPACE CHILDREN SPECIAL-USE"
          + " CREATE-SPECIAL-USE UIDPLUS MOVE UNSELECT ESEARCH CONDSTORE QRESYNC OBJECTID";

  private Capabilities() {}

  /// The response without `* `, or the response code without brackets.
  public static String list(ImapSession s) {
    if (s.account() != null) {
      return ALWAYS;
    }
    var b = new StringBuilder(ALWAYS);
    if (s.connection().canStartTls()) {
      b.append(" STARTTLS");
    }
    // RFC 3501 §6.2.3, RFC 8314 §3: no password in clear
    b.append(s.passwordAllowed() ? " SASL-IR AUTH=PLAIN AUTH=LOGIN" : " LOGINDISABLED");
    return b.toString();
  }
}
