package org.posthorn.store.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.BytesRef;
import org.posthorn.mime.FoldedText;

/// The short pieces that folded text is made of, each once: all runs of three characters, and of
/// two in scripts that put no spaces between words (there instead of those of three). None goes
/// over a line end or ends in a space: few would be asked for, and the others tell enough. Text
/// contains a string only if it has all pieces of the string.
///
/// What is a piece must not change without a new [Shard#SCHEME]: what an index was made of and what
/// it is asked for must be the same.
final class Grams implements FoldedText.Taker {
  /// Different pieces of one text; and characters of it that are looked at. Whoever has more is not
  /// wholly indexed.
  static final int GRAMS_MAX = 1 << 16;

  static final int TEXT_MAX = 1 << 20;

  /// Pieces of a string that a search asks for; more would hardly narrow it.
  private static final int ASKED_MAX = 32;

  private static final int CHARS_MAX = 3;
  private static final int TABLE_MIN = 1 << 12;

  // A hash table of pieces, each its characters in 16 bits, from the left, and their number; 0 is
  // an empty place.
  private long[] table = new long[TABLE_MIN];
  private int count;
  private int taken;
  private boolean whole = true;

  // The two characters before, -1 where there are none.
  private int first;
  private int second;

  Grams() {
    begin();
  }

  /// For another text.
  void clear() {
    if (table.length > 4 * TABLE_MIN) table = new long[TABLE_MIN];
    else Arrays.fill(table, 0);
    count = 0;
    taken = 0;
    whole = true;
    begin();
  }

  /// False if a limit left something out.
  boolean whole() {
    return whole;
  }

  int count() {
    return count;
  }

  @Override
  public void begin() {
    first = -1;
    second = -1;
  }

  @Override
  public boolean take(String piece) {
    int n = piece.length();
    for (int i = 0; i < n; i++) {
      if (count == GRAMS_MAX || taken == TEXT_MAX) {
        whole = false;
        return true;
      }
      taken++;
      next(piece.charAt(i));
    }
    return false;
  }

  private void next(char c) {
    if (c == '\r' || c == '\n') {
      begin();
      return;
    }
    if (second >= 0 && c != ' ') {
      boolean pair = unspaced(c) && unspaced((char) second);
      if (pair) add((long) second << 16 | c | 2L << 48);
      if (first >= 0 && !(pair && unspaced((char) first))) {
        add((long) first << 32 | (long) second << 16 | c | 3L << 48);
      }
    }
    first = second;
    second = c;
  }

  /// Whether words are not set apart: ideographs, kana, Thai, Lao, Burmese, Khmer; and halves of
  /// characters beyond the 16 bits, so that one of those can be looked for alone.
  private static boolean unspaced(char c) {
    return c >= 0x0E00
        && (c <= 0x0EFF
            || c >= 0x1000 && c <= 0x109F
            || c >= 0x1780 && c <= 0x17FF
            || c >= 0x2E80 && c <= 0x2FDF
            || c >= 0x3005 && c <= 0x3007
            || c >= 0x3040 && c <= 0x312F
            || c >= 0x3400 && c <= 0x4DBF
            || c >= 0x4E00 && c <= 0x9FFF
            || c >= 0xD800 && c <= 0xDFFF
            || c >= 0xF900 && c <= 0xFAFF);
  }

  private void add(long gram) {
    int mask = table.length - 1;
    int at = place(gram, mask);
    while (table[at] != 0) {
      if (table[at] == gram) return;
      at = at + 1 & mask;
    }
    table[at] = gram;
    if (++count * 2 > table.length) grow();
  }

  private static int place(long gram, int mask) {
    long h = gram * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 40) & mask;
  }

  private void grow() {
    long[] old = table;
    table = new long[2 * old.length];
    int mask = table.length - 1;
    for (long gram : old) {
      if (gram == 0) continue;
      int at = place(gram, mask);
      while (table[at] != 0) at = at + 1 & mask;
      table[at] = gram;
    }
  }

  /// Goes through the pieces in no order.
  final class Walk {
    private final byte[] octets = new byte[3 * CHARS_MAX];
    private int at;

    /// The next piece, valid until the next call; false if there is none.
    boolean next(BytesRef out) {
      while (at < table.length && table[at] == 0) at++;
      if (at == table.length) return false;
      long gram = table[at++];
      out.bytes = octets;
      out.offset = 0;
      out.length = 0;
      for (int left = (int) (gram >>> 48) - 1; left >= 0; left--) {
        put(out, (char) (gram >>> 16 * left));
      }
      return true;
    }

    /// As UTF-8 has it, but for halves of surrogates, each of which is a character here.
    private static void put(BytesRef out, char c) {
      byte[] b = out.bytes;
      if (c < 0x80) {
        b[out.length++] = (byte) c;
      } else if (c < 0x800) {
        b[out.length++] = (byte) (0xC0 | c >> 6);
        b[out.length++] = (byte) (0x80 | c & 0x3F);
      } else {
        b[out.length++] = (byte) (0xE0 | c >> 12);
        b[out.length++] = (byte) (0x80 | c >> 6 & 0x3F);
        b[out.length++] = (byte) (0x80 | c & 0x3F);
      }
    }
  }

  /// Pieces that a text must have to contain the string; none if it is too short to tell.
  static List<BytesRef> of(String folded) {
    Grams grams = new Grams();
    grams.take(folded);
    List<BytesRef> all = new ArrayList<>(grams.count);
    Walk walk = grams.new Walk();
    BytesRef gram = new BytesRef();
    // The table has no order, so those left out are from everywhere.
    while (all.size() < ASKED_MAX && walk.next(gram)) all.add(BytesRef.deepCopyOf(gram));
    return all;
  }
}
