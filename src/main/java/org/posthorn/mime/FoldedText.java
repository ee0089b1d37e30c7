package org.posthorn.mime;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Set;

/// Text made comparable as RFC 5051 (i;unicode-casemap) has it: each code point in title case, then
/// decomposed. SEARCH compares so: case does not matter, and composed characters match decomposed
/// ones.
public final class FoldedText {
  private static final int BLOCK = 32 * 1024;

  /// Character sets in which the octets of ASCII mean ASCII.
  private static final Set<Charset> LIKE_ASCII =
      Set.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1, Charset.forName("windows-1252"));

  /// Takes folded text, of which there may be much, piece by piece.
  public interface Taker {
    /// A text of its own begins: nothing is found over its edge.
    void begin();

    /// The next piece of it. True if no more is wanted.
    boolean take(String piece);
  }

  private FoldedText() {}

  public static String of(String s) {
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

  /// Text in a character set. Most of it is ASCII, which is done in the octets.
  static String of(byte[] octets, Charset charset) {
    if (!LIKE_ASCII.contains(charset)) {
      return of(new String(octets, charset));
    }
    int all = 0;
    for (byte b : octets) {
      all |= b;
    }
    if (all < 0) {
      return of(new String(octets, charset));
    }
    byte[] upper = new byte[octets.length];
    for (int i = 0; i < upper.length; i++) {
      byte b = octets[i];
      upper[i] = (byte) (b >= 'a' && b <= 'z' ? b - 32 : b);
    }
    return new String(upper, StandardCharsets.ISO_8859_1);
  }

  /// Only the letters of ASCII.
  static String ascii(String s) {
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

  /// Folds the text block by block; where the blocks end depends on the text alone, so that who
  /// reads it again takes the same pieces. True if the taker had enough.
  public static boolean read(Reader text, Taker taker) throws IOException {
    return read(text, Collation.UNICODE_CASEMAP, taker);
  }

  static boolean read(Reader text, Collation collation, Taker taker) throws IOException {
    taker.begin();
    char[] block = new char[BLOCK];
    int n = 0;
    while (true) {
      int read = text.read(block, n, BLOCK - n);
      if (read < 0) {
        return n > 0 && taker.take(collation.fold(new String(block, 0, n)));
      }
      n += read;
      if (n == BLOCK) {
        // A high surrogate at the end waits for its other half.
        int held = Character.isHighSurrogate(block[n - 1]) ? 1 : 0;
        if (taker.take(collation.fold(new String(block, 0, n - held)))) {
          return true;
        }
        block[0] = block[n - 1];
        n = held;
      }
    }
  }

  /// Whether the text contains the folded string; reads no further than it must.
  public static boolean contains(Reader text, String folded) throws IOException {
    return read(text, new Seeker(new Needle(folded)));
  }

  /// Has enough when it has seen one string.
  static final class Seeker implements Taker {
    private final Needle wanted;
    private String tail = "";

    Seeker(Needle folded) {
      wanted = folded;
    }

    @Override
    public void begin() {
      tail = "";
    }

    @Override
    public boolean take(String piece) {
      String all = tail.isEmpty() ? piece : tail.concat(piece);
      tail = all.substring(Math.max(0, all.length() - wanted.length()));
      return wanted.in(all);
    }
  }
}
