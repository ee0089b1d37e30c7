package org.posthorn.mta.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.smtp.Reply;

/// What a judge has said so far, of one message. One thread.
final class Finding {
  /// Fields that one judge may add, and changes it may ask for.
  static final int CHANGES_MAX = 100;

  /// Characters of all fields that one judge adds.
  static final int ADDED_MAX = 64 * 1024;

  private static final int REASON_MAX = 300;

  private Verdict.Action action = Verdict.Action.ACCEPT;
  private Reply reply;
  private String reason = "";
  private final List<String> added = new ArrayList<>();
  private final List<HeaderChange> changes = new ArrayList<>();
  private int characters;

  void reason(String words) {
    reason = FieldText.printable(words, REASON_MAX);
  }

  void junk(String words) {
    action = Verdict.Action.JUNK;
    reason(words);
  }

  void reject(Reply with, String words) {
    refuse(with.permanent() ? Verdict.Action.REJECT : Verdict.Action.DEFER, with, words);
  }

  private void refuse(Verdict.Action how, Reply with, String words) {
    action = how;
    reply = with;
    reason(words);
  }

  /// Adds a field, unless it can be none or there are too many.
  void add(String name, String value) {
    String field = FieldText.field(name, value);
    if (field == null || full() || characters + field.length() > ADDED_MAX) {
      return;
    }
    characters += field.length();
    added.add(field);
  }

  /// Changes the `index`-th field of that name, all for 0; takes it out for an empty value.
  void change(String name, int index, String value) {
    String field = value.isEmpty() ? null : FieldText.field(name, value);
    boolean usable = FieldText.isName(name) && (value.isEmpty() || field != null);
    int more = field == null ? 0 : field.length();
    if (usable && !full() && characters + more <= ADDED_MAX) {
      characters += more;
      changes.add(new HeaderChange(name, index, field));
    }
  }

  private boolean full() {
    return added.size() + changes.size() >= CHANGES_MAX;
  }

  OutsideVerdict verdict(String name) {
    return new OutsideVerdict(name, action, reply, added, changes, reason, true, Duration.ZERO);
  }
}
