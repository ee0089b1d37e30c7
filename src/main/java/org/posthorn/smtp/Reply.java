package org.posthorn.smtp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One SMTP reply: code, enhanced status code and text of one or more lines. A value: whoever
/// decides makes one, only the session writes it.
///
/// @param code 200 to 599 (RFC 5321 §4.2)
/// @param enhanced `class.subject.detail` (RFC 3463) whose class is the code's first digit, or ""
///   where RFC 2034 §4 wants none: the greeting, the answers to HELO, EHLO and LHLO, and every 3xx
/// @param lines the text, never empty; control characters and octets above 126 become `?`
public record Reply(int code, String enhanced, List<String> lines) {
  /// A reply line with code and line end is at most 512 octets (RFC 5321 §4.5.3.1.5).
  private static final int TEXT_MAX = 490;

  public Reply {
    if (code < 200 || code > 599 || lines.isEmpty()) {
      throw new IllegalArgumentException("no SMTP reply: " + code + " " + lines);
    }
    if (!enhanced.isEmpty() && !enhanced.startsWith((code / 100) + ".")) {
      throw new IllegalArgumentException("class of " + enhanced + " is not that of " + code);
    }
    lines = clean(lines);
  }

  public static Reply of(int code, String enhanced, String text) {
    return new Reply(code, enhanced, List.of(text));
  }

  /// A reply without an enhanced status code.
  public static Reply plain(int code, String text) {
    return new Reply(code, "", List.of(text));
  }

  public static Reply ok(String text) {
    return of(250, "2.0.0", text);
  }

  public boolean positive() {
    return code < 400;
  }

  /// 5xx: trying the same again is useless.
  public boolean permanent() {
    return code >= 500;
  }

  /// The octets on the wire.
  public byte[] bytes() {
    var out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      out.append(code).append(i == lines.size() - 1 ? ' ' : '-');
      if (!enhanced.isEmpty()) {
        out.append(enhanced).append(' ');
      }
      out.append(lines.get(i)).append("\r\n");
    }
    return out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return code + (enhanced.isEmpty() ? " " : " " + enhanced + " ") + String.join(" / ", lines);
  }

  /// Text may quote what a stranger sent: it must not be able to forge a second reply.
  private static List<String> clean(List<String> lines) {
    var result = new ArrayList<String>(lines.size());
    for (String line : lines) {
      result.add(clean(line));
    }
    return List.copyOf(result);
  }

  private static String clean(String line) {
    int length = Math.min(line.length(), TEXT_MAX);
    int i = 0;
    while (i < length && line.charAt(i) >= ' ' && line.charAt(i) <= '~') {
      i++;
    }
    if (i == line.length()) {
      return line;
    }
    var out = new StringBuilder(line.substring(0, i));
    for (; i < length; i++) {
      char c = line.charAt(i);
      out.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return out.toString();
  }
}
