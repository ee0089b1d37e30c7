package org.posthorn.app.config;

import java.time.Duration;
import java.util.List;

/// Reading mail by IMAP.
public record Imap(
    @Key(
            doc =
                "How often an idling client is told that the server is still there. Some networks"
                    + " forget connections that are silent for longer.",
            value = "\"2m\"")
        Duration stillHere,
    @Key(doc = "Longest silence of a logged-in client; at least 30 minutes.", value = "\"35m\"")
        Duration timeout,
    @Key(doc = "Longest time until a client has logged in.", value = "\"60s\"")
        Duration loginTimeout,
    @Key(
            doc =
                "Whether a client may log out and in again, as another user too, on one"
                    + " connection (UNAUTHENTICATE). Leave it off behind a proxy that looks at"
                    + " logins: it would miss the second.",
            value = "false")
        boolean unauthenticate,
    @Key(
            doc =
                "Whether a client may do without message numbers (UIDONLY). Outlook asks for it,"
                    + " uses them all the same, and shows no messages then.",
            value = "false")
        boolean uidOnly,
    @Key(
            doc =
                "How users reach you, as a URI: mail programs may show it. Empty takes the"
                    + " postmaster of the default domain.",
            value = "\"\"")
        String contact,
    @Key(doc = "A note for all users, which mail programs may show.", value = "\"\"")
        String comment,
    @Key(
            doc =
                "Addresses of accounts whose users may set the quota of every account by IMAP"
                    + " (SETQUOTA).",
            value = "[]")
        List<String> administrators,
    @Key(
            doc =
                "What a client may send without waiting to be told to go on: \"plus\" literals of"
                    + " any size (LITERAL+), \"minus\" up to 4096 octets (LITERAL-), so that a"
                    + " message that is too large is refused before it is sent.",
            value = "\"plus\"")
        Literal literal,
    @Key(
            doc =
                "Addresses of accounts as which submission servers log in. They may fetch what"
                    + " your users have authorised by URLs that say submit+ (URLAUTH, BURL).",
            value = "[]")
        List<String> submissionUsers,
    @Key(
            doc = "The same for servers that play audio and video, and URLs that say stream.",
            value = "[]")
        List<String> streamingUsers,
    @Key(
            doc =
                "Whether to announce Gmail's extensions (X-GM-EXT-1). They are answered in any"
                    + " case; programs that see the announcement treat this server as Gmail: they"
                    + " delete by moving to the trash and expect a mailbox with all mail.",
            value = "false")
        boolean gmailExtensions) {
  /// Literals that come unasked.
  public enum Literal {
    PLUS,
    MINUS
  }
}
