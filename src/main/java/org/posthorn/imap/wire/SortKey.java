package org.posthorn.imap.wire;

import java.util.ArrayList;
import java.util.List;

/// RFC 5256 §5 sort-criterion: what messages are ordered by.
///
/// @param reverse from the greatest to the least
public record SortKey(By by, boolean reverse) {
  /// Criteria of one command; each can decide only where those before it do not.
  private static final int KEYS_MAX = 20;

  /// What is compared.
  public enum By {
    ARRIVAL,
    CC,
    DATE,
    FROM,
    SIZE,
    SUBJECT,
    TO,
    /// RFC 5957 §3.
    DISPLAYFROM,
    /// RFC 5957 §3.
    DISPLAYTO,
    /// The best first (RFC 6203 §6).
    RELEVANCY
  }

  /// `(SUBJECT REVERSE DATE)`
  public static List<SortKey> parseAll(ImapReader in) {
    List<SortKey> keys = new ArrayList<>();
    in.expect('(');
    do {
      if (keys.size() == KEYS_MAX) {
        throw CommandException.bad("Too many sort criteria");
      }
      boolean reverse = in.acceptWord("REVERSE");
      if (reverse) {
        in.expectSpace();
      }
      keys.add(new SortKey(by(in.word()), reverse));
    } while (in.acceptSpace());
    in.expect(')');
    return keys;
  }

  private static By by(String word) {
    for (By b : By.values()) {
      if (b.name().equals(word)) {
        return b;
      }
    }
    throw CommandException.bad("Unknown sort criterion " + word);
  }
}
