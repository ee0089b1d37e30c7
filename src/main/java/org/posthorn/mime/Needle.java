package org.posthorn.mime;

/// A folded string that is looked for in texts of strangers. The library's way is the fastest for
/// what people look for, but takes the product of both lengths where text and string repeat
/// themselves; a long string is found in the sum of them (Knuth, Morris, Pratt).
public final class Needle {
  private static final int SHORT = 64;

  private final String text;

  /// Of each beginning of the text, how long its longest border is; null for a short one.
  private final int[] borders;

  public Needle(String folded) {
    text = folded;
    borders = folded.length() <= SHORT ? null : borders(folded);
  }

  private static int[] borders(String s) {
    int[] borders = new int[s.length()];
    for (int i = 1, n = 0; i < borders.length; i++) {
      while (n > 0 && s.charAt(i) != s.charAt(n)) {
        n = borders[n - 1];
      }
      n += s.charAt(i) == s.charAt(n) ? 1 : 0;
      borders[i] = n;
    }
    return borders;
  }

  public int length() {
    return text.length();
  }

  /// Whether the hay contains it.
  public boolean in(String hay) {
    if (borders == null) {
      return hay.contains(text);
    }
    for (int i = 0, n = 0; i < hay.length(); i++) {
      while (n > 0 && hay.charAt(i) != text.charAt(n)) {
        n = borders[n - 1];
      }
      n += hay.charAt(i) == text.charAt(n) ? 1 : 0;
      if (n == text.length()) {
        return true;
      }
    }
    return false;
  }
}
