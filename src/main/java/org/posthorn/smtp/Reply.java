package org.posthorn.smtp;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One SMTP reply: code, enhanced status code and text of one or more lines. A value: whoever
/// decides makes one, only the session writes it.
///
/// @param code 200 to 599 (RFC 5321 §4.2)
/// @param enhanced `class.subject.detail` (RFC 3463) whose class is the code's first digit, or ""
///   where RFC 2034 §4 wants none: the greeting, the answers to HELO, EHLO and LHLO, and every 3xx
/// @param lines the text, never empty; control characters and unpaired surrogates become `?`
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

  public boolean isAscii() {
    return lines.stream().allMatch(Utf8Text::isAscii);
  }

  /// The octets on the wire for a client that does not expect UTF-8: `?` for what is not ASCII.
  public byte[] bytes() {
    return bytes(StandardCharsets.US_ASCII);
  }

  /// The octets for a client that has allowed UTF-8 in this reply (RFC 6531 §3.7.4).
  public byte[] utf8() {
    return bytes(StandardCharsets.UTF_8);
  }

  private byte[] bytes(Charset charset) {
    var out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      out.append(code).append(i == lines.size() - 1 ? ' ' : '-');
      if (!enhanced.isEmpty()) {
        out.append(enhanced).append(' ');
      }
      String line = lines.get(i);
      out.append(charset == StandardCharsets.UTF_8 ? shortened(line) : line).append("\r\n");
    }
    return out.toString().getBytes(charset);
  }

  /// So many whole characters as there is room for.
  private static String shortened(String line) {
    int octets = 0;
    for (int i = 0; i < line.length(); ) {
      int c = line.codePointAt(i);
      octets += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (octets > TEXT_MAX) {
        return line.substring(0, i);
      }
      i += Character.charCount(c);
    }
    return line;
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
    while (i < length) {
      int c = line.codePointAt(i);
      out.appendCodePoint(c >= ' ' && Utf8Text.isText(c) ? c : '?');
      i += Character.charCount(c);
    }
    return out.toString();
  }
}
