package org.posthorn.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/// Encoded words in header text, RFC 2047, with the language tag of RFC 2231 §5.
public final class EncodedWords {
  /// RFC 2047 §2
  private static final int MAX_WORD = 75;

  private static final int MAX_CHARSET = 64;

  /// Character sets in one text; words in others are not decoded.
  private static final int MAX_CHARSETS = 16;

  private static final String HEAD_B = "=?UTF-8?B?";
  private static final String HEAD_Q = "=?UTF-8?Q?";

  private final String s;
  private final StringBuilder out;
  private final Map<String, Boolean> known = new HashMap<>();

  // Octets of the words so far, when the next may go on with a character that they began.
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private String charset;

  private EncodedWords(String text) {
    s = text;
    out = new StringBuilder(text.length());
  }

  /// The text with its encoded words decoded; what is no encoded word, or in a character set that
  /// is unknown, stays as it is. Line ends and NULs that were encoded become spaces. Lenient: words
  /// may stand next to other text, be too long, hold spaces, and split a character between them.
  public static String decode(String text) {
    return text == null || !text.contains("=?") ? text : new EncodedWords(text).decode();
  }

  private String decode() {
    int copied = 0;
    int at = s.indexOf("=?");
    while (at >= 0) {
      int end = word(at, copied);
      if (end == NO_MORE) {
        break;
      }
      if (end > 0) {
        copied = end;
      }
      at = s.indexOf("=?", end > 0 ? end : at + 2);
    }
    flush();
    return out.append(s, copied, s.length()).toString();
  }

  private static final int NONE = -1;
  private static final int NO_MORE = -2;

  /// Reads the word at `at`; `copied` is where the last one ended. Returns the place behind it,
  /// NONE if there is none here, NO_MORE if there can be none from here on.
  private int word(int at, int copied) {
    int name = at + 2;
    int mark = name;
    while (mark < s.length() && mark - name < MAX_CHARSET && isCharsetName(s.charAt(mark))) {
      mark++;
    }
    if (mark == name
        || mark + 2 >= s.length()
        || s.charAt(mark) != '?'
        || s.charAt(mark + 2) != '?') {
      return NONE;
    }
    int encoding = s.charAt(mark + 1) | 0x20;
    if (encoding != 'b' && encoding != 'q') {
      return NONE;
    }
    String wordCharset = s.substring(name, mark);
    int star = wordCharset.indexOf('*'); // RFC 2231 §5: a language
    wordCharset = star > 0 ? wordCharset.substring(0, star) : wordCharset;
    if (!isKnown(wordCharset)) {
      return NONE;
    }
    int text = mark + 3;
    int end = s.indexOf("?=", text); // looked for once: a word ends there, or none does
    if (end < 0) {
      return NO_MORE;
    }
    // RFC 2047 §6.2: white space between encoded words is not shown.
    boolean adjacent = charset != null && isBlank(copied, at);
    if (!adjacent || !wordCharset.equalsIgnoreCase(charset)) {
      flush();
    }
    if (!adjacent) {
      out.append(s, copied, at);
    }
    charset = wordCharset;
    if (encoding == 'b') {
      base64(text, end);
    } else {
      quoted(text, end);
    }
    return end + 2;
  }

  /// To look for a character set that does not exist is slow, so that is done for a few names only.
  private boolean isKnown(String name) {
    if (known.containsKey(name)) {
      return known.get(name);
    }
    boolean found = known.size() < MAX_CHARSETS && Charsets.find(name) != null;
    if (known.size() < MAX_CHARSETS) {
      known.put(name, found);
    }
    return found;
  }

  private static boolean isCharsetName(char c) {
    return c > ' ' && c < 0x7f && "()<>@,;:\"/[]?=".indexOf(c) < 0;
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!ParameterReader.isWhite(s.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private void flush() {
    if (charset == null) {
      return;
    }
    String text = Charsets.decode(octets.toByteArray(), charset);
    out.append(text.replace('\r', ' ').replace('\n', ' ').replace('\0', ' '));
    octets.reset();
    charset = null;
  }

  private void base64(int from, int to) {
    int bits = 0;
    int count = 0;
    for (int i = from; i < to; i++) {
      char c = s.charAt(i);
      int digit = c < 0x80 ? Base64Digits.value(c) : -1;
      if (c == '=') {
        bits = 0;
        count = 0;
      } else if (digit >= 0) {
        bits = bits << 6 | digit;
        count += 6;
        if (count >= 8) {
          count -= 8;
          octets.write(bits >> count);
          bits &= (1 << count) - 1;
        }
      }
    }
  }

  // RFC 2047 §4.2
  private void quoted(int from, int to) {
    for (int i = from; i < to; i++) {
      char c = s.charAt(i);
      if (c == '_') {
        octets.write(' ');
      } else if (c == '='
          && i + 2 < to
          && ParameterReader.hex(s.charAt(i + 1)) >= 0
          && ParameterReader.hex(s.charAt(i + 2)) >= 0) {
        int high = ParameterReader.hex(s.charAt(i + 1));
        octets.write(high << 4 | ParameterReader.hex(s.charAt(i + 2)));
        i += 2;
      } else if (c < 0x80) {
        octets.write(c);
      } else {
        octets.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /// Printable ASCII is returned as it is, other text as encoded words in UTF-8 of at most 75
  /// characters, separated by a space (where the header may be folded).
  public static String encode(String text) {
    if (isPlain(text)) {
      return text;
    }
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    int special = 0;
    for (byte b : all) {
      special += isSafe(b) || b == ' ' ? 0 : 1;
    }
    boolean base64 =
        3 * special > all.length; // what is shorter: 4 for 3, or 3 for each special one
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (from < all.length) {
      int to = endOfWord(all, from, base64);
      out.append(out.isEmpty() ? "" : " ").append(base64 ? HEAD_B : HEAD_Q);
      if (base64) {
        byte[] piece = Arrays.copyOfRange(all, from, to);
        out.append(Base64.getEncoder().encodeToString(piece));
      } else {
        for (int i = from; i < to; i++) {
          appendQuoted(out, all[i]);
        }
      }
      out.append("?=");
      from = to;
    }
    return out.toString();
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7f) && !text.contains("=?");
  }

  /// As many whole characters as fit into one word. RFC 2047 §5: none is split.
  private static int endOfWord(byte[] all, int from, boolean base64) {
    int room = MAX_WORD - HEAD_B.length() - 2;
    int used = 0;
    int end = from;
    while (end < all.length) {
      int next = end + 1;
      while (next < all.length && (all[next] & 0xc0) == 0x80) {
        next++;
      }
      int size = 0;
      for (int i = end; i < next; i++) {
        size += isSafe(all[i]) || all[i] == ' ' ? 1 : 3;
      }
      int total = base64 ? (next - from + 2) / 3 * 4 : used + size;
      if (total > room && end > from) {
        return end;
      }
      used += size;
      end = next;
    }
    return end;
  }

  private static void appendQuoted(StringBuilder out, byte b) {
    if (b == ' ') {
      out.append('_');
    } else if (isSafe(b)) {
      out.append((char) b);
    } else {
      out.append('=').append(String.format("%02X", b & 0xff));
    }
  }

  /// RFC 2047 §5 (3): what is safe within a phrase too.
  private static boolean isSafe(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || "!*+-/".indexOf(b) >= 0;
  }
}
