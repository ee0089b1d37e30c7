package org.posthorn.store.search;

import java.util.HashSet;
import java.util.Set;
import org.posthorn.mime.FoldedText;

/// The words of folded text, each once. Who looks for a word and nothing else, as most do, need not
/// read the messages that have it as a whole word: they contain it. (They are not all; it may be a
/// part of other words.)
///
/// So a word may be left out at will: those too short or too long, those with digits, of which
/// there are more different ones than an index wants, and what is beyond a limit.
final class Words implements FoldedText.Taker {
  private static final int LENGTH_MIN = 4;
  private static final int LENGTH_MAX = 24;

  /// Different words of one text.
  private static final int WORDS_MAX = 20_000;

  private final Set<String> words = new HashSet<>();
  private final StringBuilder run = new StringBuilder(LENGTH_MAX + 1);

  Set<String> all() {
    end();
    return words;
  }

  /// For another text.
  void clear() {
    words.clear();
    run.setLength(0);
  }

  @Override
  public void begin() {
    end();
  }

  @Override
  public boolean take(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (!Character.isLetterOrDigit(c) && !isMark(c)) {
        end();
      } else if (run.length() <= LENGTH_MAX) {
        run.append(c);
      }
    }
    return false;
  }

  private void end() {
    if (isWord(run) && words.size() < WORDS_MAX) words.add(run.toString());
    run.setLength(0);
  }

  /// Whether a string is one that may be a word here.
  static boolean isWord(CharSequence s) {
    if (s.length() < LENGTH_MIN || s.length() > LENGTH_MAX) return false;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (!Character.isLetter(c) && !isMark(c)) return false;
    }
    return true;
  }

  /// Accents come apart when text is folded.
  private static boolean isMark(char c) {
    return c >= 0x300 && Character.getType(c) == Character.NON_SPACING_MARK;
  }
}
