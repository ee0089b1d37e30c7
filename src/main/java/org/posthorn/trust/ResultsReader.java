package org.posthorn.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.trust.AuthenticationResults.Property;
import org.posthorn.trust.AuthenticationResults.Result;

/// Reads the value of Authentication-Results (RFC 8601 §2.2), folded or not, with comments wherever
/// the grammar has them. What it leaves open is taken as most programs write it.
final class ResultsReader {
  private static final int RESULTS_MAX = 100;
  private static final int PROPERTIES_MAX = 50;
  private static final int WORD_MAX = 100;
  private static final int PIECES_MAX = 100;
  private static final int COMMENT_DEPTH = 20;

  private final String text;
  private int at;
  private boolean broken;

  ResultsReader(String text) {
    this.text = text;
  }

  /// Whose results they are, in which version of the field.
  ///
  /// @param id null if it cannot be read
  /// @param version 1 if it is not given, 0 if it is none of the numbers from 1 to 999
  record Head(String id, int version) {}

  Head head() {
    skip();
    String id = value("");
    skip();
    int version = 1;
    if (!id.isEmpty() && isDigit(peek())) {
      String digits = word();
      version = digits.matches("[1-9][0-9]{0,2}") ? Integer.parseInt(digits) : 0;
      skip();
    }
    return new Head(broken || id.isEmpty() ? null : id, version);
  }

  /// Whose results somebody may read in it: RFC 8601 §2.2 has no comment and no white space inside
  /// of an id, but a reader that passes them finds a name there.
  ///
  /// @return null if there is too much to tell
  static List<String> claims(String text) {
    var reader = new ResultsReader(text);
    List<String> claims = new ArrayList<>();
    var name = new StringBuilder();
    for (reader.skip(); !reader.broken; reader.skip()) {
      String piece = reader.value("");
      if (piece.isEmpty()) return claims;
      if (claims.size() == PIECES_MAX) return null;
      claims.add(name.append(piece).toString());
    }
    return null;
  }

  /// Behind the head; what cannot be read is left out.
  List<Result> results() {
    List<Result> results = new ArrayList<>();
    while (!broken && at < text.length() && results.size() < RESULTS_MAX) {
      if (peek() != ';') {
        at = next(';');
        continue;
      }
      at++;
      Result result = result();
      if (result != null) results.add(result);
    }
    return results;
  }

  private Result result() {
    skip();
    String method = word();
    skip();
    String version = "1";
    if (peek() == '/') {
      at++;
      skip();
      version = word();
      skip();
    }
    if (!isWord(method) || peek() != '=') return null;
    at++;
    skip();
    String code = word();
    if (!isWord(code)) return null;
    skip();
    String reason = "";
    List<Property> properties = new ArrayList<>();
    while (!broken && at < text.length() && peek() != ';' && properties.size() < PROPERTIES_MAX) {
      int before = at;
      String type = word();
      skip();
      if (peek() == '=' && type.equals("reason")) {
        at++;
        skip();
        reason = value("");
      } else if (peek() == '.') {
        at++;
        skip();
        String name = word();
        skip();
        if (peek() == '=') {
          at++;
          skip();
          String value = value("@/=:,?");
          if (isWord(type) && isWord(name)) properties.add(new Property(type, name, value));
        }
      }
      skip();
      at = at == before ? at + 1 : at; // whatever stands there, it is passed
    }
    // RFC 8601 §2.6: results of a version that is not known mean nothing.
    return version.equals("1") ? new Result(method, code, reason, "", properties) : null;
  }

  private int next(char c) {
    while (!broken && at < text.length() && peek() != c) {
      if (peek() == '"') {
        quoted();
      } else if (peek() == '(') {
        skip();
      } else {
        at++;
      }
    }
    return at;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// Keyword, in lower case; "" without one.
  private String word() {
    int from = at;
    while (isLetter(peek()) || isDigit(peek()) || peek() == '-' || peek() == '_') {
      at++;
    }
    return text.substring(from, at).toLowerCase(Locale.ROOT);
  }

  private static boolean isWord(String word) {
    return !word.isEmpty() && word.length() <= WORD_MAX;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /// A token or a quoted string, or the two side by side, as in `"a b"@example.org`.
  ///
  /// @param also specials that may stand in the token
  private String value(String also) {
    var value = new StringBuilder();
    while (at < text.length()) {
      char c = peek();
      if (c == '"') {
        value.append(quoted());
      } else if (c > ' '
          && c != 0x7f
          && ("()<>@,;:\\/[]?=".indexOf(c) < 0 || also.indexOf(c) >= 0)) {
        value.append(c);
        at++;
      } else {
        break;
      }
    }
    return value.toString();
  }

  private String quoted() {
    var inside = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') return inside.toString();
      if (c == '\\' && at < text.length()) c = text.charAt(at++);
      if (c != '\r' && c != '\n') inside.append(c);
    }
    broken = true;
    return inside.toString();
  }

  /// Passes white space, line ends and comments (RFC 5322 §3.2.2, CFWS).
  private void skip() {
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '(') {
        if (++depth > COMMENT_DEPTH) break;
      } else if (depth > 0) {
        if (c == '\\') at++;
        if (c == ')') depth--;
      } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        return;
      }
      at++;
    }
    at = Math.min(at, text.length());
    broken |= depth > 0;
  }
}
