package org.posthorn.smtp;

import org.posthorn.mime.EmailAddress;

/// Reads `FROM:<reverse-path> parameters` and `TO:<forward-path> parameters` (RFC 5321 §4.1.2).
///
/// Takes octets as [CommandLine] has them. An address may be in UTF-8 (RFC 6531 §3.3); whether it
/// is allowed here is for the caller to say, who is told.
///
/// Lenient where senders are known to be sloppy and nothing is at stake: spaces behind the colon,
/// missing angle brackets. Strict about the address itself.
///
/// A source route is read and dropped (RFC 5321 §3.6.1, appendix C): only the mailbox at its end
/// counts, so `@a,@b:user@c` is `user@c` and never a wish to relay through us. Likewise
/// `user%far@here` and `far!user@here` are just local parts.
public final class PathParser {
  /// RFC 5321 §4.5.3.1.3. Within it a local part may have more than the 64 octets of §4.5.3.1.1:
  /// mailing lists send from longer ones.
  private static final int PATH_MAX = 256;

  private final String text;
  private final boolean reverse;
  private int at;

  private PathParser(String text, boolean reverse) {
    this.text = text;
    this.reverse = reverse;
  }

  /// @param utf8 the address came as UTF-8 that is not ASCII, in its domain perhaps
  public record Reverse(ReversePath path, boolean utf8, Parameters parameters) {}

  public record Forward(ForwardPath path, boolean utf8, Parameters parameters) {}

  /// The argument of MAIL, or of RCPT below; a [Refused] tells what is wrong.
  public static Reverse parseReverse(String argument) {
    var p = new PathParser(argument, true);
    p.keyword("FROM:");
    String path = p.path();
    EmailAddress address = path.isEmpty() ? null : p.address(path);
    return new Reverse(new ReversePath(address), !Utf8Text.isAscii(path), p.parameters());
  }

  public static Forward parseForward(String argument) {
    var p = new PathParser(argument, false);
    p.keyword("TO:");
    String path = p.path();
    boolean postmaster = path.equalsIgnoreCase("postmaster");
    return new Forward(
        postmaster ? ForwardPath.POSTMASTER : new ForwardPath(p.address(path)),
        !Utf8Text.isAscii(path),
        p.parameters());
  }

  /// A mailbox as given to VRFY and EXPN: with or without brackets, nothing behind it. Null if it
  /// is no address.
  public static EmailAddress parseMailbox(String argument) {
    boolean bracketed = argument.startsWith("<") && argument.endsWith(">");
    String bare = bracketed ? argument.substring(1, argument.length() - 1) : argument;
    String text = bare.length() > PATH_MAX ? null : Utf8Text.decode(bare);
    return text == null ? null : EmailAddress.parse(text);
  }

  private void keyword(String keyword) {
    if (!text.regionMatches(true, 0, keyword, 0, keyword.length())) {
      throw new Refused(
          501, "5.5.4", "Syntax: " + (reverse ? "MAIL " : "RCPT ") + keyword + "<address>");
    }
    at = keyword.length();
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  /// What is between the brackets, without a source route.
  private String path() {
    boolean bracketed = at < text.length() && text.charAt(at) == '<';
    int from = bracketed ? at + 1 : at;
    int to = endOf(from, bracketed ? '>' : ' ');
    if (bracketed && to == text.length()) {
      throw malformed("Missing >");
    }
    if (!bracketed && to == from) {
      throw malformed("Address missing");
    }
    at = bracketed ? to + 1 : to;
    if (to - from > PATH_MAX) {
      throw malformed("Path longer than " + PATH_MAX + " octets");
    }
    String path = text.substring(from, to);
    return path.startsWith("@") ? withoutRoute(path) : path;
  }

  /// The index of `end` outside a quoted string, or the length.
  private int endOf(int from, char end) {
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == end && !quoted) {
        return i;
      }
    }
    return text.length();
  }

  private String withoutRoute(String path) {
    int colon = path.indexOf(':');
    if (colon < 0) {
      throw malformed("Source route without address");
    }
    return path.substring(colon + 1);
  }

  private EmailAddress address(String path) {
    String text = Utf8Text.decode(path);
    if (text == null) {
      throw malformed("Address is neither ASCII nor UTF-8");
    }
    EmailAddress address = EmailAddress.parse(text);
    if (address == null) {
      throw malformed("Malformed address");
    }
    return address;
  }

  private Parameters parameters() {
    if (at < text.length() && text.charAt(at) != ' ') {
      throw malformed("Space missing behind the address");
    }
    return Parameters.parse(text.substring(at).strip());
  }

  // RFC 3463: X.1.7 is bad sender's, X.1.3 bad destination mailbox address syntax.
  private Refused malformed(String text) {
    return new Refused(501, reverse ? "5.1.7" : "5.1.3", text);
  }
}
