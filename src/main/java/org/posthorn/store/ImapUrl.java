package org.posthorn.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.posthorn.mime.Section;

/// A URL of a message or of a part of one (RFC 5092), perhaps authorised (RFC 4467).
///
/// @param user whose mailbox it is; null in a relative URL and where none is named
/// @param relative whether scheme and server are missing (RFC 5092 §7.1)
/// @param mailbox name as its owner calls it
/// @param uidValidity 0 if it is not said
/// @param from first octet wanted of the section; 0 for all
/// @param count how many, or Long.MAX_VALUE
/// @param authorisation null if there is none
public record ImapUrl(
    String user,
    boolean relative,
    String mailbox,
    long uidValidity,
    long uid,
    Section section,
    long from,
    long count,
    Authorisation authorisation) {

  /// Characters of a URL.
  public static final int LENGTH_MAX = 4096;

  private static final String SCHEME = "imap://";
  private static final int NUMBER_DIGITS_MAX = 18;

  /// Who may use the URL, and the proof that its owner said so (RFC 4467 §3).
  ///
  /// @param expires null for never
  /// @param access such as `user+fred`
  /// @param mechanism null, as the token, before it is given
  /// @param rump the URL up to and with the access, which the token is about
  public record Authorisation(
      Instant expires, String access, String mechanism, String token, String rump) {}

  /// The URL, or null if it is no valid URL of a message.
  public static ImapUrl parse(String url) {
    if (url.length() > LENGTH_MAX) {
      return null;
    }
    boolean absolute = url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    if (!absolute) {
      // RFC 5092 §7: `//server` names another server, and a relative path is not allowed
      boolean path = url.startsWith("/") && !url.startsWith("//");
      return path ? new Path(url, 1).read(null, true) : null;
    }
    int slash = url.indexOf('/', SCHEME.length());
    if (slash < 0) {
      return null;
    }
    String server = url.substring(SCHEME.length(), slash);
    int at = server.lastIndexOf('@');
    String user = at < 0 ? "" : server.substring(0, at);
    int auth = user.toUpperCase(Locale.ROOT).indexOf(";AUTH=");
    user = decode(auth < 0 ? user : user.substring(0, auth));
    if (user == null || at == server.length() - 1) {
      return null;
    }
    return new Path(url, slash + 1).read(user.isEmpty() ? null : user, false);
  }

  /// Undoes percent encoding (RFC 3986 §2.1); null if that is not UTF-8.
  static String decode(String s) {
    byte[] b = s.getBytes(StandardCharsets.UTF_8);
    int n = 0;
    for (int i = 0; i < b.length; i++) {
      if (b[i] != '%') {
        b[n++] = b[i];
        continue;
      }
      int high = i + 2 < b.length ? Character.digit(b[i + 1], 16) : -1;
      int low = i + 2 < b.length ? Character.digit(b[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        return null;
      }
      b[n++] = (byte) (high << 4 | low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(b, 0, n)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /// What stands behind the server: RFC 5092 §11, imessagepart with iurlauth.
  private static final class Path {
    private final String url;
    private int pos;

    Path(String url, int pos) {
      this.url = url;
      this.pos = pos;
    }

    ImapUrl read(String user, boolean relative) {
      String mailbox = decode(mailboxName());
      long validity = accept(";UIDVALIDITY=") ? number() : 0;
      if (mailbox == null || mailbox.isEmpty() || validity < 0 || !accept("/;UID=")) {
        return null;
      }
      long uid = number();
      Section section = accept("/;SECTION=") ? section() : Section.WHOLE;
      long from = 0;
      long count = Long.MAX_VALUE;
      if (accept("/;PARTIAL=")) {
        from = number();
        count = accept(".") ? number() : count;
      }
      accept("/"); // RFC 4469 shows it behind a UID
      boolean valid = uid > 0 && uid <= UidSet.UID_MAX && section != null && from >= 0 && count > 0;
      Authorisation a = valid ? authorisation() : null;
      if (!valid || pos < url.length()) {
        return null;
      }
      return new ImapUrl(user, relative, mailbox, validity, uid, section, from, count, a);
    }

    /// Up to the `;` of UIDVALIDITY, or the `/;` of UID.
    private String mailboxName() {
      int semicolon = url.indexOf(';', pos);
      int end = semicolon < 0 ? url.length() : semicolon;
      if (end > pos && url.charAt(end - 1) == '/') {
        end--;
      }
      return upTo(end);
    }

    private Section section() {
      int semicolon = url.indexOf(';', pos);
      int end = semicolon < 0 ? url.length() : semicolon;
      if (end > pos && url.charAt(end - 1) == '/') {
        end--;
      }
      String text = decode(upTo(end));
      return text == null || text.isEmpty() ? null : Section.parse(text);
    }

    /// Null if none stands there; then the URL must end here.
    private Authorisation authorisation() {
      int begin = pos;
      Instant expires = null;
      if (accept(";EXPIRE=")) {
        int end = url.indexOf(';', pos);
        expires = end < 0 ? null : instant(upTo(end));
        if (expires == null) {
          pos = begin;
          return null;
        }
      }
      if (!accept(";URLAUTH=")) {
        pos = begin;
        return null;
      }
      int colon = url.indexOf(':', pos);
      String access = decode(upTo(colon < 0 ? url.length() : colon));
      if (access == null || access.isEmpty()) {
        pos = begin;
        return null;
      }
      String rump = url.substring(0, pos);
      if (colon < 0) {
        return new Authorisation(expires, access, null, null, rump);
      }
      int second = url.indexOf(':', colon + 1);
      if (second < 0) {
        return null;
      }
      String mechanism = url.substring(colon + 1, second);
      pos = url.length();
      return new Authorisation(expires, access, mechanism, url.substring(second + 1), rump);
    }

    /// RFC 3339 §5.6.
    private static Instant instant(String text) {
      try {
        return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
      } catch (DateTimeParseException e) {
        return null;
      }
    }

    private String upTo(int end) {
      String s = url.substring(pos, end);
      pos = end;
      return s;
    }

    private boolean accept(String word) {
      boolean there = url.regionMatches(true, pos, word, 0, word.length());
      pos += there ? word.length() : 0;
      return there;
    }

    /// -1 if no number of a sensible size stands there.
    private long number() {
      int from = pos;
      while (pos < url.length() && url.charAt(pos) >= '0' && url.charAt(pos) <= '9') {
        pos++;
      }
      int digits = pos - from;
      return digits == 0 || digits > NUMBER_DIGITS_MAX
          ? -1
          : Long.parseLong(url.substring(from, pos));
    }
  }
}
