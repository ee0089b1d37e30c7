package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.mime.FoldedText;
import org.posthorn.mime.MessageText;
import org.posthorn.mime.Needle;

/// A string as a person remembers it (RFC 6203): found where it stands, and where most of its words
/// do, in any order, also inflected or misspelt. Case and accents do not count. Whatever an exact
/// search finds is found, with the highest score.
///
/// For one search; one thread.
final class FuzzyText implements FoldedText.Taker {
  /// Characters of a word that are looked at.
  private static final int WORD_MAX = 48;

  /// Words of the string that are looked for.
  private static final int WORDS_MAX = 24;

  /// Words of messages whose likeness is remembered.
  private static final int KNOWN_MAX = 20_000;

  /// What is in the body says less of a message than what is in its header.
  private static final float OF_BODY = 0.6f;

  private static final float PREFIX = 0.9f;
  private static final float SAME_STEM = 0.85f;
  private static final float INSIDE = 0.7f;
  private static final float ONE_EDIT = 0.75f;
  private static final float TWO_EDITS = 0.55f;

  /// All words of the string, apart from each other.
  private static final float SCATTERED = 0.9f;

  private static final String[] ENDINGS = {"INGS", "ING", "IES", "ED", "ES", "ER", "LY", "S", "E"};
  private static final int STEM_MIN = 3;

  /// Where it is looked for.
  enum Where {
    HEADER,
    BODY,
    TEXT
  }

  private final Where where;
  private final String name;
  private final Needle wanted;
  private final String[] words;

  /// Likeness of words of messages to each of `words`; null for none.
  private final Map<String, float[]> known = new HashMap<>();

  // Of the message under way.
  private final float[] best;
  private float whole;
  private float weight;

  // Of the text under way.
  private final StringBuilder word = new StringBuilder();
  private String tail = "";

  /// @param name of the field for [Where#HEADER]
  FuzzyText(Where where, String name, String text) {
    this.where = where;
    this.name = name;
    String folded = FoldedText.of(text);
    this.wanted = new Needle(folded);
    this.words = words(folded);
    this.best = new float[words.length];
  }

  private static String[] words(String folded) {
    List<String> words = new ArrayList<>();
    var b = new StringBuilder();
    for (int i = 0; i <= folded.length(); i++) {
      char c = i < folded.length() ? folded.charAt(i) : ' ';
      if (Character.isLetterOrDigit(c) && b.length() < WORD_MAX) {
        b.append(c);
      } else if (!isMark(c) && !b.isEmpty()) {
        words.add(b.toString());
        b.setLength(0);
      }
    }
    return words.stream().distinct().limit(WORDS_MAX).toArray(String[]::new);
  }

  private static boolean isMark(char c) {
    return Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /// How much the message is what was meant: above 0 up to 1, or 0 for not at all.
  float in(MessageText message) throws IOException {
    Arrays.fill(best, 0);
    whole = 0;
    weight = 1;
    if (where != Where.BODY) {
      for (MessageText.Field f : message.fields()) {
        if (where == Where.TEXT || f.name().equalsIgnoreCase(name)) {
          begin();
          take(where == Where.TEXT ? f.line() : f.value());
        }
      }
      begin();
    }
    if (where != Where.HEADER && whole == 0) {
      weight = where == Where.TEXT ? OF_BODY : 1;
      message.body(this);
      begin();
    }
    return whole > 0 ? whole : likeness();
  }

  /// Most words must be there: two of two or three, three of four.
  private float likeness() {
    int there = 0;
    float sum = 0;
    for (float b : best) {
      there += b > 0 ? 1 : 0;
      sum += b;
    }
    boolean enough = words.length > 0 && there * 3 >= words.length * 2;
    return enough ? SCATTERED * sum / words.length : 0;
  }

  @Override
  public void begin() {
    endOfWord();
    tail = "";
  }

  @Override
  public boolean take(String piece) {
    String all = tail.isEmpty() ? piece : tail.concat(piece);
    if (wanted.in(all)) {
      whole = weight;
      word.setLength(0);
      return true;
    }
    tail = all.substring(Math.max(0, all.length() - wanted.length()));
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        if (word.length() < WORD_MAX) {
          word.append(c);
        }
      } else if (!isMark(c)) {
        endOfWord();
      }
    }
    return false;
  }

  private void endOfWord() {
    if (word.isEmpty()) {
      return;
    }
    String w = word.toString();
    word.setLength(0);
    if (!known.containsKey(w)) {
      if (known.size() == KNOWN_MAX) {
        known.clear();
      }
      known.put(w, likeness(w));
    }
    float[] like = known.get(w);
    for (int i = 0; like != null && i < best.length; i++) {
      best[i] = Math.max(best[i], weight * like[i]);
    }
  }

  private float[] likeness(String w) {
    float[] like = null;
    for (int i = 0; i < words.length; i++) {
      float l = likeness(words[i], w);
      if (l > 0) {
        like = like == null ? new float[words.length] : like;
        like[i] = l;
      }
    }
    return like;
  }

  /// How much like the wanted word another is.
  static float likeness(String wanted, String w) {
    int n = wanted.length();
    if (w.equals(wanted)) {
      return 1;
    }
    if (n >= STEM_MIN && w.startsWith(wanted)) {
      return PREFIX;
    }
    if (n > STEM_MIN && w.length() > STEM_MIN && stem(w).equals(stem(wanted))) {
      return SAME_STEM;
    }
    int edits = n < 4 ? 0 : n < 8 ? 1 : 2;
    int d = edits(wanted, w, edits);
    if (d <= edits) {
      return d == 1 ? ONE_EDIT : TWO_EDITS;
    }
    return n >= 4 && w.contains(wanted) ? INSIDE : 0;
  }

  private static String stem(String w) {
    for (String e : ENDINGS) {
      if (w.endsWith(e) && w.length() - e.length() >= STEM_MIN) {
        return w.substring(0, w.length() - e.length());
      }
    }
    return w;
  }

  /// Letters put in, left out, changed, or two of them swapped, to make one word of the other; more
  /// than `max` is `max + 1`.
  static int edits(String a, String b, int max) {
    if (Math.abs(a.length() - b.length()) > max) {
      return max + 1;
    }
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      int least = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int d = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d = Math.min(d, before[j - 2] + 1);
        }
        row[j] = d;
        least = Math.min(least, d);
      }
      if (least > max) {
        return max + 1;
      }
      int[] free = before;
      before = last;
      last = row;
      row = free;
    }
    return Math.min(last[b.length()], max + 1);
  }
}
