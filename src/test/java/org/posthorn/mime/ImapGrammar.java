package org.posthorn.mime;

import java.nio.charset.StandardCharsets;

/// Accepts exactly what RFC 3501 §9 calls envelope and body, and complains about the rest.
public final class ImapGrammar {
  private final String s;
  private int pos;
  private final boolean extended;

  /// Bodies that are neither multiparts nor within a message/rfc822.
  int leaves;

  private ImapGrammar(byte[] b, boolean extended) {
    this.s = new String(b, StandardCharsets.ISO_8859_1);
    this.extended = extended;
  }

  public static void envelope(byte[] b) {
    ImapGrammar g = new ImapGrammar(b, true);
    g.envelope();
    g.end();
  }

  public static ImapGrammar body(byte[] b, boolean extended) {
    ImapGrammar g = new ImapGrammar(b, extended);
    g.body();
    g.end();
    return g;
  }

  private AssertionError wrong(String wanted) {
    int from = Math.max(0, pos - 60);
    return new AssertionError(
        wanted
            + " expected at "
            + pos
            + ": "
            + s.substring(from, pos)
            + "<HERE>"
            + s.substring(pos, Math.min(s.length(), pos + 60)));
  }

  private void end() {
    if (pos != s.length()) {
      throw wrong("end");
    }
  }

  private boolean at(String what) {
    return s.startsWith(what, pos);
  }

  private void expect(String what) {
    if (!at(what)) {
      throw wrong("'" + what + "'");
    }
    pos += what.length();
  }

  private boolean nil() {
    if (at("NIL")) {
      pos += 3;
      return true;
    }
    return false;
  }

  private void nstring() {
    if (!nil()) {
      string();
    }
  }

  private String string() {
    return at("{") ? literal() : quoted();
  }

  private String quoted() {
    expect("\"");
    StringBuilder out = new StringBuilder();
    while (!at("\"")) {
      if (pos >= s.length()) {
        throw wrong("closing quote");
      }
      char c = s.charAt(pos++);
      if (c == '\\') {
        c = s.charAt(pos++);
        if (c != '"' && c != '\\') {
          throw wrong("quoted-special");
        }
      } else if (c == '\r' || c == '\n' || c == 0 || c >= 0x80) {
        throw wrong("TEXT-CHAR");
      }
      out.append(c);
    }
    pos++;
    return out.toString();
  }

  private String literal() {
    expect("{");
    int n = (int) number();
    expect("}\r\n");
    String literal = s.substring(pos, pos + n);
    if (literal.indexOf(0) >= 0) {
      throw wrong("CHAR8");
    }
    pos += n;
    return literal;
  }

  private long number() {
    int start = pos;
    while (pos < s.length() && s.charAt(pos) >= '0' && s.charAt(pos) <= '9') {
      pos++;
    }
    if (pos == start) {
      throw wrong("number");
    }
    return Long.parseLong(s.substring(start, pos));
  }

  private void envelope() {
    expect("(");
    nstring();
    expect(" ");
    nstring();
    for (int i = 0; i < 6; i++) {
      expect(" ");
      addresses();
    }
    expect(" ");
    nstring();
    expect(" ");
    nstring();
    expect(")");
  }

  private void addresses() {
    if (nil()) {
      return;
    }
    expect("(");
    boolean inGroup = false;
    do {
      expect("(");
      nstring();
      expect(" ");
      nstring();
      expect(" ");
      boolean noMailbox = at("NIL");
      nstring();
      expect(" ");
      boolean noHost = at("NIL");
      nstring();
      expect(")");
      // §7.4.2: a group begins with a name and no host, and ends with neither.
      if (noHost) {
        if (inGroup != noMailbox) {
          throw wrong("group in order");
        }
        inGroup = !noMailbox;
      } else if (noMailbox) {
        throw wrong("mailbox name");
      }
    } while (at("("));
    if (inGroup) {
      throw wrong("end of group");
    }
    expect(")");
  }

  private void body() {
    expect("(");
    if (at("(")) {
      while (at("(")) {
        body();
      }
      expect(" ");
      string();
      if (extended && at(" ")) {
        expect(" ");
        parameters();
        extensions();
      }
    } else {
      single();
    }
    expect(")");
  }

  private void single() {
    leaves++;
    String type = string();
    expect(" ");
    String subtype = string();
    expect(" ");
    parameters();
    expect(" ");
    nstring();
    expect(" ");
    nstring();
    expect(" ");
    string();
    expect(" ");
    number();
    boolean message =
        type.equals("message") && (subtype.equals("rfc822") || subtype.equals("global"));
    if (message) {
      expect(" ");
      envelope();
      expect(" ");
      body();
    }
    if (message || type.equals("text")) {
      expect(" ");
      number();
    }
    if (extended && at(" ")) {
      expect(" ");
      nstring();
      extensions();
    }
  }

  private void extensions() {
    expect(" ");
    if (!nil()) {
      expect("(");
      string();
      expect(" ");
      parameters();
      expect(")");
    }
    expect(" ");
    if (at("(")) {
      expect("(");
      string();
      while (at(" ")) {
        expect(" ");
        string();
      }
      expect(")");
    } else {
      nstring();
    }
    expect(" ");
    nstring();
  }

  private void parameters() {
    if (nil()) {
      return;
    }
    expect("(");
    boolean more;
    do {
      string();
      expect(" ");
      string();
      more = at(" ");
      if (more) {
        expect(" ");
      }
    } while (more);
    expect(")");
  }
}
