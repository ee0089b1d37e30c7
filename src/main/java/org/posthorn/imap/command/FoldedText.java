package org.posthorn.imap.command;

import java.io.IOException;
import java.io.Reader;
import java.text.Normalizer;

/// Text made comparable as RFC 5051 (i;unicode-casemap) has it: each code point in title case, then
/// decomposed. SEARCH compares so: case does not matter, and composed characters match decomposed
/// ones.
final class FoldedText {
  private static final int BLOCK = 32 * 1024;

  private FoldedText() {}

  static String of(String s) {
    int n = s.length();
    int i = 0;
    while (i < n && s.charAt(i) < 0x80) {
      i++;
    }
    if (i == n) {
      return ascii(s);
    }
    var b = new StringBuilder(n + 8);
    for (int at = 0; at < n; ) {
      int c = s.codePointAt(at);
      at += Character.charCount(c);
      b.appendCodePoint(Character.toTitleCase(c));
    }
    return Normalizer.normalize(b, Normalizer.Form.NFKD);
  }

  private static String ascii(String s) {
    int n = s.length();
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c >= 'a' && c <= 'z') {
        char[] upper = s.toCharArray();
        for (int j = i; j < n; j++) {
          if (upper[j] >= 'a' && upper[j] <= 'z') {
            upper[j] -= 32;
          }
        }
        return new String(upper);
      }
    }
    return s;
  }

  /// Whether the text contains the folded string; reads no further than it must.
  static boolean contains(Reader text, String folded) throws IOException {
    char[] block = new char[BLOCK];
    String tail = "";
    int held = 0; // a high surrogate at the end of the block before
    while (true) {
      int n = text.read(block, held, BLOCK - held);
      if (n < 0) {
        return held > 0 && (tail + of(new String(block, 0, held))).contains(folded);
      }
      int end = held + n;
      held = Character.isHighSurrogate(block[end - 1]) ? 1 : 0;
      String piece = tail + of(new String(block, 0, end - held));
      if (piece.contains(folded)) {
        return true;
      }
      // Combining marks may follow the block, so a little more than the string is kept.
      tail = piece.substring(Math.max(0, piece.length() - folded.length()));
      if (held > 0) {
        block[0] = block[end - 1];
      }
    }
  }
}
