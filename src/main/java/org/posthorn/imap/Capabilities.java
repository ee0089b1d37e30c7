package org.posthorn.imap;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// What a session may be told that we can do; only what works here and now.
public final class Capabilities {
  /// @param when whether it holds for a session as it is now
  private record Token(Function<ImapSession, String> word, Predicate<ImapSession> when) {}

  private static final List<Token> TOKENS =
      List.of(
          always("IMAP4rev1"),
          always("IMAP4rev2"),
          new Token(s -> s.server().config().offer().literals().word(), s -> true),
          always("ID"),
          always("ENABLE"),
          always("IDLE"),
          always("UTF8=ACCEPT"),
          always("NAMESPACE"),
          always("LANGUAGE"),
          always("CHILDREN"),
          always("ACL"),
          always("RIGHTS=kxte"), // RFC 4314 §2.2: those that old clients do not know
          always("LIST-EXTENDED"),
          always("LIST-STATUS"),
          always("LIST-MYRIGHTS"),
          always("LIST-METADATA"),
          always("STATUS=SIZE"),
          always("SPECIAL-USE"),
          always("CREATE-SPECIAL-USE"),
          always("UIDPLUS"),
          always("BINARY"),
          always("MULTIAPPEND"),
          new Token(
              s -> "COMPRESS=DEFLATE", s -> s.account() != null && !s.connection().compressed()),
          always("PREVIEW"),
          always("REPLACE"),
          always("CATENATE"),
          always("URLAUTH"),
          always("URLAUTH=BINARY"),
          always("URL-PARTIAL"), // RFC 5550 §5.7.1
          // RFC 7889 §2: the same for all mailboxes
          new Token(s -> "APPENDLIMIT=" + s.server().config().messageMax(), s -> true),
          always("MOVE"),
          always("UNSELECT"),
          always("ESEARCH"),
          always("SEARCHRES"),
          always("MULTISEARCH"),
          always("WITHIN"),
          always("SAVEDATE"),
          always("PARTIAL"),
          always("FILTERS"),
          always("SEARCH=FUZZY"),
          always("I18NLEVEL=2"),
          always("CONTEXT=SEARCH"),
          always("CONTEXT=SORT"),
          new Token(s -> "X-GM-EXT-1", s -> s.server().config().has(ImapConfig.Switch.GMAIL)),
          new Token(s -> "UIDONLY", s -> s.server().config().has(ImapConfig.Switch.UIDONLY)),
          always("METADATA"),
          always("METADATA-SERVER"),
          always("QUOTA"),
          always("QUOTA=RES-STORAGE"),
          always("QUOTA=RES-MESSAGE"),
          always("QUOTA=RES-MAILBOX"),
          new Token(s -> "QUOTASET", ImapSession::administers),
          always("NOTIFY"),
          always("UIDBATCHES"),
          always("INPROGRESS"),
          always("CONDSTORE"),
          always("QRESYNC"),
          always("OBJECTID"),
          always("SORT"),
          always("SORT=DISPLAY"),
          always("ESORT"),
          always("THREAD=ORDEREDSUBJECT"),
          always("THREAD=REFERENCES"),
          always("THREAD=REFS"),
          new Token(
              s -> "UNAUTHENTICATE",
              s ->
                  s.account() != null && s.server().config().has(ImapConfig.Switch.UNAUTHENTICATE)),
          beforeLogin("STARTTLS", s -> s.connection().canStartTls()),
          // RFC 3501 §6.2.3, RFC 8314 §3: no password in clear
          beforeLogin("LOGINDISABLED", s -> !s.passwordAllowed()),
          beforeLogin("SASL-IR", ImapSession::passwordAllowed),
          new Token(
              s -> "AUTH=" + String.join(" AUTH=", s.offer().names()),
              s -> s.account() == null && s.passwordAllowed()));

  private Capabilities() {}

  private static Token always(String word) {
    return new Token(s -> word, s -> true);
  }

  private static Token beforeLogin(String word, Predicate<ImapSession> when) {
    return new Token(s -> word, s -> s.account() == null && when.test(s));
  }

  /// The response without `* `, or the response code without brackets.
  public static String list(ImapSession s) {
    var b = new StringBuilder("CAPABILITY");
    for (Token t : TOKENS) {
      if (t.when.test(s)) {
        b.append(' ').append(t.word.apply(s));
      }
    }
    return b.toString();
  }
}
