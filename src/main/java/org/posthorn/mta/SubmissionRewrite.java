package org.posthorn.mta;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.posthorn.smtp.BodyDecoder.Sink;

/// Mends what programs leave to the server they submit to: adds `Date` and `Message-ID` where they
/// are missing (RFC 6409 §8.2, §8.3), and `From`, without which other servers refuse a message;
/// takes out `Bcc` (RFC 5322 §3.6.3). Slices go through as they are, apart from that; of a line
/// only its field name is ever held.
///
/// Life cycle: [#write] for each slice, then [#end]. One thread.
final class SubmissionRewrite {
  /// The longest field name looked at, with its colon.
  private static final int NAME_MAX = 16;

  private enum State {
    /// At the begin of a line of the header, or within the name of a field.
    NAME,
    /// Behind the name, in a line that stays.
    KEEP,
    /// In a line that goes.
    DROP,
    BODY
  }

  private final Sink sink;
  private final String from;
  private final Supplier<String> date;
  private final Supplier<String> messageId;

  private State state = State.NAME;
  private final byte[] name = new byte[NAME_MAX];
  private int nameLength;

  // What became of the line before, for lines that continue it.
  private boolean dropping;
  private boolean anyField;
  private boolean hasFrom;
  private boolean hasDate;
  private boolean hasMessageId;

  /// @param from the value of a `From` field, if it is missing
  /// @param date the value of a `Date` field, asked for if it is missing; likewise `messageId`
  SubmissionRewrite(Sink sink, String from, Supplier<String> date, Supplier<String> messageId) {
    this.sink = sink;
    this.from = from;
    this.date = date;
    this.messageId = messageId;
  }

  void write(byte[] b, int off, int len) throws IOException {
    int end = off + len;
    int i = off;
    while (i < end) {
      switch (state) {
        case NAME -> i = name(b, i, end);
        case KEEP, DROP -> i = line(b, i, end);
        case BODY -> {
          sink.write(b, i, end - i);
          return;
        }
      }
    }
  }

  /// The message is over; a header without body still has to be completed.
  void end() throws IOException {
    if (state != State.BODY) {
      flushName();
      complete();
      state = State.BODY;
    }
  }

  /// Gathers octets until the field is known, or that this is none.
  private int name(byte[] b, int from, int end) throws IOException {
    for (int i = from; i < end; i++) {
      byte c = b[i];
      if (nameLength == 0 && (c == ' ' || c == '\t') && anyField) {
        state = dropping ? State.DROP : State.KEEP; // a line that continues the one before
        return i;
      }
      if (c == '\n') {
        headerEndsHere();
        return i;
      }
      if (c == ':' || nameLength == NAME_MAX) {
        field(c == ':');
        return i;
      }
      name[nameLength++] = c;
    }
    return end;
  }

  private void field(boolean whole) throws IOException {
    String field =
        new String(name, 0, nameLength, StandardCharsets.ISO_8859_1)
            .strip()
            .toLowerCase(Locale.ROOT);
    anyField = true;
    dropping = whole && field.equals("bcc");
    hasFrom |= whole && field.equals("from");
    hasDate |= whole && field.equals("date");
    hasMessageId |= whole && field.equals("message-id");
    state = dropping ? State.DROP : State.KEEP;
    if (dropping) {
      nameLength = 0;
    } else {
      flushName();
    }
  }

  /// A line that is empty, or no field: what is missing comes before it.
  private void headerEndsHere() throws IOException {
    boolean blank = nameLength == 0 || (nameLength == 1 && name[0] == '\r');
    boolean headerless = !anyField && !blank;
    complete();
    if (headerless) {
      emit("\r\n");
    }
    flushName();
    state = State.BODY;
  }

  private void complete() throws IOException {
    if (!hasFrom) {
      emit("From: " + from + "\r\n");
    }
    if (!hasDate) {
      emit("Date: " + date.get() + "\r\n");
    }
    if (!hasMessageId) {
      emit("Message-ID: " + messageId.get() + "\r\n");
    }
  }

  private int line(byte[] b, int from, int end) throws IOException {
    int i = from;
    while (i < end && b[i] != '\n') {
      i++;
    }
    int next = Math.min(i + 1, end);
    if (state == State.KEEP) {
      sink.write(b, from, next - from);
    }
    if (i < end) {
      state = State.NAME;
    }
    return next;
  }

  private void flushName() throws IOException {
    if (nameLength > 0) {
      sink.write(Arrays.copyOf(name, nameLength), 0, nameLength);
      nameLength = 0;
    }
  }

  private void emit(String s) throws IOException {
    byte[] b = s.getBytes(StandardCharsets.UTF_8);
    sink.write(b, 0, b.length);
  }
}
