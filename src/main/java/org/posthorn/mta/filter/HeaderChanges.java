package org.posthorn.mta.filter;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Makes the changes that judges want in the header of a message. All else stays as it is, octet
/// for octet. One thread, one message.
///
/// Judges were asked at the same time, so every index counts the fields as they came. Of two
/// changes of one field the later one counts.
public final class HeaderChanges {
  private static final int BUFFER = 64 * 1024;

  private final List<HeaderChange> changes;
  private final Map<String, Integer> seen = new HashMap<>();
  private final BufferedInputStream in;
  private final OutputStream out;

  private HeaderChanges(List<HeaderChange> changes, InputStream in, OutputStream out) {
    this.changes = changes;
    this.in = new BufferedInputStream(in, BUFFER);
    this.out = out;
  }

  /// All changes of some verdicts, in their order.
  public static List<HeaderChange> of(List<OutsideVerdict> verdicts) {
    return verdicts.stream().flatMap(v -> v.changes().stream()).toList();
  }

  /// Copies the message from `in` to `out`, changed. Closes neither.
  public static void write(List<HeaderChange> changes, InputStream in, OutputStream out)
      throws IOException {
    HeaderChanges made = new HeaderChanges(changes, in, out);
    made.header();
    made.in.transferTo(out);
  }

  private void header() throws IOException {
    boolean keeping = true;
    while (true) {
      int first = peek();
      if (first < 0 || blank(first)) {
        return; // the blank line goes on with the body
      }
      if (first != ' ' && first != '\t') {
        byte[] begin = begin();
        HeaderChange change = change(name(begin));
        keeping = change == null;
        if (keeping) {
          out.write(begin);
        } else if (change.field() != null) {
          out.write((change.field() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        if (begin[begin.length - 1] == '\n') {
          continue;
        }
      }
      line(keeping);
    }
  }

  private int peek() throws IOException {
    in.mark(1);
    int c = in.read();
    in.reset();
    return c;
  }

  private boolean blank(int first) throws IOException {
    if (first == '\n') {
      return true;
    }
    in.mark(2);
    boolean blank = in.read() == '\r' && in.read() == '\n';
    in.reset();
    return blank;
  }

  /// The line up to its colon or its end, but no more than a name that a judge can give.
  private byte[] begin() throws IOException {
    ByteArrayOutputStream begin = new ByteArrayOutputStream();
    for (int c = 0; c != ':' && c != '\n' && begin.size() < 2 * FieldText.NAME_MAX; ) {
      c = in.read();
      if (c < 0) {
        break;
      }
      begin.write(c);
    }
    return begin.toByteArray();
  }

  /// In lower case; "" if it is none.
  private static String name(byte[] begin) {
    if (begin[begin.length - 1] != ':') {
      return "";
    }
    String text = new String(begin, 0, begin.length - 1, StandardCharsets.ISO_8859_1);
    String name = text.replaceAll("[ \t]+$", "").toLowerCase(Locale.ROOT);
    return FieldText.isName(name) ? name : "";
  }

  /// Null if it stays.
  private HeaderChange change(String name) {
    if (name.isEmpty() || changes.stream().noneMatch(c -> c.name().equalsIgnoreCase(name))) {
      return null;
    }
    int index = seen.merge(name, 1, Integer::sum);
    HeaderChange found = null;
    for (HeaderChange c : changes) {
      boolean meant = c.index() == 0 || c.index() == index;
      found = meant && c.name().equalsIgnoreCase(name) ? c : found;
    }
    return found;
  }

  private void line(boolean keeping) throws IOException {
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (keeping) {
        out.write(c);
      }
      if (c == '\n') {
        return;
      }
    }
  }
}
