package org.posthorn.trust.arc;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.trust.dkim.FieldSignature;
import org.posthorn.trust.dkim.HeaderField;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.TagList;

/// The three fields that one sealer adds (RFC 8617 §4.2).
///
/// @param results ARC-Authentication-Results
record ArcSet(HeaderField results, FieldSignature message, FieldSignature seal) {
  /// RFC 8617 §4.2.1.
  static final int MAX_SETS = 50;

  private static final String RESULTS = "arc-authentication-results";
  private static final String MESSAGE = "arc-message-signature";
  private static final String SEAL = "arc-seal";

  /// All sets of a message.
  ///
  /// @param sets the first one first, as far as they are whole
  /// @param highest the greatest number that any field has
  /// @param flaw why they are no chain; "" if they may be one
  record Chain(List<ArcSet> sets, int highest, String flaw) {
    boolean isEmpty() {
      return highest == 0 && flaw.isEmpty();
    }
  }

  /// Collects and orders what is there (RFC 8617 §5.2, steps 1 and 3 A and B).
  static Chain chain(SignedMessage message) {
    List<HeaderField> results = message.fields(RESULTS);
    List<HeaderField> messages = message.fields(MESSAGE);
    List<HeaderField> seals = message.fields(SEAL);
    int most = Math.max(results.size(), Math.max(messages.size(), seals.size()));
    if (most > MAX_SETS) {
      return new Chain(List.of(), MAX_SETS, "there are more than " + MAX_SETS + " sets");
    }
    Gathering g = new Gathering();
    for (HeaderField f : results) {
      g.put(g.results, instanceOfResults(f.value()), f, RESULTS);
    }
    for (HeaderField f : messages) {
      FieldSignature s = FieldSignature.ofMessage(f);
      g.put(g.messages, instance(s.tags()), s, MESSAGE);
    }
    for (HeaderField f : seals) {
      FieldSignature s = FieldSignature.seal(f);
      g.put(g.seals, instance(s.tags()), s, SEAL);
    }
    return g.chain();
  }

  /// What was found, without the number before it.
  String resultsText() {
    String value = results.value();
    return value.substring(endOfInstance(value) + 1).strip();
  }

  private static int instance(TagList tags) {
    String i = tags == null ? null : tags.get("i");
    return i == null ? 0 : number(i);
  }

  /// RFC 8617 §4.1.1: `i=` and a number, perhaps with comments, and then other things than tags.
  private static int instanceOfResults(String value) {
    int end = endOfInstance(value);
    String first = value.substring(0, end).replaceAll("\\([^()]*\\)", " ");
    return end == value.length() ? 0 : instance(TagList.parse(first));
  }

  /// The place of the first `;` that is in no comment, or the end.
  private static int endOfInstance(String value) {
    int depth = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ';' && depth == 0) {
        return i;
      }
      depth = Math.max(0, depth + (c == '(' ? 1 : c == ')' ? -1 : 0));
    }
    return value.length();
  }

  /// 0 if it is none from 1 to 50.
  private static int number(String digits) {
    boolean number =
        !digits.isEmpty()
            && digits.length() <= 2
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int n = number ? Integer.parseInt(digits) : 0;
    return n <= MAX_SETS ? n : 0;
  }

  private static final class Gathering {
    private final HeaderField[] results = new HeaderField[MAX_SETS + 1];
    private final FieldSignature[] messages = new FieldSignature[MAX_SETS + 1];
    private final FieldSignature[] seals = new FieldSignature[MAX_SETS + 1];
    private int highest;
    private String flaw = "";

    <T> void put(T[] place, int instance, T field, String name) {
      if (instance == 0) {
        flaw = "a field " + name + " has no number (i=)";
      } else if (place[instance] != null) {
        flaw = "there are two fields " + name + " of number " + instance;
      } else {
        place[instance] = field;
      }
      highest = Math.max(highest, instance);
    }

    Chain chain() {
      List<ArcSet> sets = new ArrayList<>();
      for (int i = 1; i <= highest; i++) {
        if (results[i] != null && messages[i] != null && seals[i] != null) {
          sets.add(new ArcSet(results[i], messages[i], seals[i]));
        } else if (flaw.isEmpty()) {
          flaw = "set " + i + " is not whole";
        }
      }
      return new Chain(sets, highest, flaw);
    }
  }
}
