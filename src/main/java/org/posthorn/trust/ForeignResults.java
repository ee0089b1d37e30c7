package org.posthorn.trust;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Takes out of a message of a stranger what only we may say: Authentication-Results fields that
/// claim to be ours, or of which it cannot be told whose they are (RFC 8601 §5). All else goes
/// through octet for octet.
///
/// Life cycle: [#write] for each slice, then [#end]. One thread. Of the message at most one such
/// field is held, and of that not more than 8 KiB.
public final class ForeignResults {
  /// What is longer without its end is not asked any more what it says.
  private static final int HELD_MAX = 8 * 1024;

  /// Longer names are of no interest.
  private static final int NAME_MAX = 128;

  private static final String RESULTS = AuthenticationResults.NAME.toLowerCase(Locale.ROOT);

  /// Where the octets go.
  public interface Output {
    void write(byte[] b, int off, int len) throws IOException;
  }

  private enum State {
    /// At the begin of a line of the header, or in the name of its field.
    NAME,
    /// In a field whose end is waited for.
    HOLD,
    KEEP,
    DROP,
    BODY
  }

  private final List<String> ids;
  private final Set<String> alsoOurs;
  private final Output output;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(256);

  private State state = State.NAME;

  /// What becomes of lines that continue the one before.
  private State field = State.KEEP;

  private boolean anyLine;
  private int removed;

  /// @param ids under which we speak of results: our host name
  /// @param alsoOurs names of other fields that nobody but us may bring, as `X-Posthorn-Verdict`
  public ForeignResults(Collection<String> ids, Set<String> alsoOurs, Output output) {
    this.ids = ids.stream().map(AuthenticationResults::canonical).toList();
    this.alsoOurs =
        Set.copyOf(alsoOurs.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    this.output = output;
  }

  public void write(byte[] b, int off, int len) throws IOException {
    int end = off + len;
    int i = off;
    while (i < end) {
      switch (state) {
        case NAME -> i = name(b, i, end);
        case HOLD -> i = hold(b, i, end);
        case KEEP, DROP -> i = line(b, i, end);
        case BODY -> {
          output.write(b, i, end - i);
          return;
        }
      }
    }
  }

  /// The message is over.
  public void end() throws IOException {
    if (field == State.HOLD) {
      settle();
    }
    flush();
    state = State.BODY;
  }

  /// How many fields were taken out.
  public int removed() {
    return removed;
  }

  private int name(byte[] b, int from, int end) throws IOException {
    byte first = b[from];
    boolean atStart = field == State.HOLD || held.size() == 0;
    if (atStart && anyLine && (first == ' ' || first == '\t')) {
      state = field;
      return from;
    }
    if (field == State.HOLD) {
      settle();
    }
    anyLine = true;
    for (int i = from; i < end; i++) {
      byte c = b[i];
      if (c == '\n') {
        boolean blank = held.size() == 0 || held.size() == 1 && held.toByteArray()[0] == '\r';
        flush();
        field = State.KEEP;
        state = blank ? State.BODY : State.KEEP;
        return i;
      }
      String name = c == ':' || held.size() >= NAME_MAX ? heldName() : null;
      if (c == ':') {
        begin(name);
        return i;
      }
      if (held.size() == HELD_MAX || name != null && !isOfInterest(name)) {
        begin(held.size() == HELD_MAX ? name : "");
        return i;
      }
      held.write(c);
    }
    return end;
  }

  private String heldName() {
    return held.toString(StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
  }

  private boolean isOfInterest(String name) {
    return name.equals(RESULTS) || alsoOurs.contains(name);
  }

  private void begin(String name) throws IOException {
    if (alsoOurs.contains(name)) {
      drop();
    } else if (name.equals(RESULTS)) {
      field = State.HOLD;
    } else {
      keep();
    }
    state = field;
  }

  private int hold(byte[] b, int from, int end) throws IOException {
    for (int i = from; i < end; i++) {
      if (held.size() == HELD_MAX) {
        settle();
        state = field;
        return i;
      }
      held.write(b[i]);
      if (b[i] == '\n') {
        state = State.NAME;
        return i + 1;
      }
    }
    return end;
  }

  /// Decides about the field that is held.
  private void settle() throws IOException {
    String text = held.toString(StandardCharsets.UTF_8);
    int colon = text.indexOf(':');
    if (colon < 0 || AuthenticationResults.isSuspect(text.substring(colon + 1), ids)) {
      drop();
    } else {
      keep();
    }
  }

  private void drop() {
    held.reset();
    field = State.DROP;
    removed++;
  }

  private void keep() throws IOException {
    flush();
    field = State.KEEP;
  }

  private void flush() throws IOException {
    if (held.size() > 0) {
      output.write(held.toByteArray(), 0, held.size());
      held.reset();
    }
  }

  private int line(byte[] b, int from, int end) throws IOException {
    int i = from;
    while (i < end && b[i] != '\n') {
      i++;
    }
    int next = Math.min(i + 1, end);
    if (state == State.KEEP) {
      output.write(b, from, next - from);
    }
    if (i < end) {
      state = State.NAME;
    }
    return next;
  }
}
