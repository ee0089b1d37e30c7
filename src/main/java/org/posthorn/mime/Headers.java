package org.posthorn.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The header fields of one entity, in order. Bounded: what MimeScanner's limits cut off is
/// missing, and [#complete()] tells. Values are made into text only when asked for.
///
/// Text is UTF-8 where the octets are valid UTF-8, otherwise ISO-8859-1. Unfolding drops the line
/// ends and keeps the white space after them (RFC 5322 §2.2.3); white space at both ends is cut.
public final class Headers {
  public static final Headers NONE = new Headers(new byte[0], new Index(0), true);

  /// @param name as written
  /// @param value unfolded text; null where only the index was kept ([PartTable])
  /// @param offset of the field's first octet in the outermost message
  /// @param length octets of the whole field with its line ends
  public record Header(String name, String value, long offset, int length) {}

  /// Positions of fields in `raw`, four numbers a field, and the field's offset in the message.
  static final class Index {
    int[] at; // start of the name, end of the name, start of the value, end of the value
    long[] offset;
    int[] length;
    int count;

    Index(int capacity) {
      at = new int[4 * capacity];
      offset = new long[capacity];
      length = new int[capacity];
    }

    void add(int nameStart, int nameEnd, int valueStart, int valueEnd, long offset, int length) {
      if (count == this.offset.length) {
        int capacity = Math.max(16, 2 * count);
        at = Arrays.copyOf(at, 4 * capacity);
        this.offset = Arrays.copyOf(this.offset, capacity);
        this.length = Arrays.copyOf(this.length, capacity);
      }
      at[4 * count] = nameStart;
      at[4 * count + 1] = nameEnd;
      at[4 * count + 2] = valueStart;
      at[4 * count + 3] = valueEnd;
      this.offset[count] = offset;
      this.length[count++] = length;
    }
  }

  private final byte[] raw;
  private final Index index;
  private final boolean complete;

  /// `valueStart` of -1 in the index means that the value was not kept.
  Headers(byte[] raw, Index index, boolean complete) {
    this.raw = raw;
    this.index = index;
    this.complete = complete;
  }

  /// False if fields were left out because of a limit.
  public boolean complete() {
    return complete;
  }

  public int size() {
    return index.count;
  }

  public List<Header> all() {
    List<Header> all = new ArrayList<>(index.count);
    for (int i = 0; i < index.count; i++) {
      all.add(new Header(name(i), value(i), index.offset[i], index.length[i]));
    }
    return all;
  }

  /// The same fields, each so many octets further on in the message.
  Headers moved(int octets, boolean complete) {
    Index moved = new Index(0);
    moved.at = index.at;
    moved.length = index.length;
    moved.count = index.count;
    moved.offset = index.offset.clone();
    for (int i = 0; i < index.count; i++) {
      moved.offset[i] += octets;
    }
    return new Headers(raw, moved, complete);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Headers h && complete == h.complete && all().equals(h.all());
  }

  @Override
  public int hashCode() {
    return all().hashCode();
  }

  @Override
  public String toString() {
    return all().toString();
  }

  /// The value of the first field of that name (in any case), or null.
  public String first(String name) {
    int i = next(name, 0);
    return i < 0 ? null : value(i);
  }

  public List<String> every(String name) {
    List<String> every = new ArrayList<>();
    for (int i = next(name, 0); i >= 0; i = next(name, i + 1)) {
      String value = value(i);
      if (value != null) {
        every.add(value);
      }
    }
    return every;
  }

  /// As [#first], but one char an octet, so that nothing is lost.
  String firstOctets(String name) {
    int i = next(name, 0);
    return i < 0 ? null : octets(i);
  }

  /// All fields of that name joined by a comma, one char an octet; null if none.
  String joinedOctets(String name) {
    int i = next(name, 0);
    if (i < 0) {
      return null;
    }
    String first = octets(i);
    int more = next(name, i + 1);
    if (more < 0 || first == null) {
      return first;
    }
    StringBuilder joined = new StringBuilder(first);
    for (; more >= 0; more = next(name, more + 1)) {
      joined.append(", ").append(octets(more));
    }
    return joined.toString();
  }

  /// The place of the next field of that name from place `from` on, or -1.
  private int next(String name, int from) {
    for (int i = from; i < index.count; i++) {
      int start = index.at[4 * i];
      if (index.at[4 * i + 1] - start == name.length() && sameName(raw, start, name)) {
        return i;
      }
    }
    return -1;
  }

  String name(int i) {
    int start = index.at[4 * i];
    return new String(raw, start, index.at[4 * i + 1] - start, StandardCharsets.ISO_8859_1);
  }

  private String value(int i) {
    String octets = octets(i);
    return octets == null ? null : text(octets);
  }

  private String octets(int i) {
    int start = index.at[4 * i + 2];
    return start < 0 ? null : unfold(raw, start, index.at[4 * i + 3]);
  }

  static boolean sameName(byte[] raw, int start, String name) {
    for (int k = 0; k < name.length(); k++) {
      if (lower(raw[start + k]) != lower(name.charAt(k))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  /// Drops line ends and outer white space; one char an octet.
  private static String unfold(byte[] b, int start, int end) {
    while (start < end && white(b[start])) {
      start++;
    }
    while (end > start && white(b[end - 1])) {
      end--;
    }
    boolean folded = false;
    for (int i = start; i < end && !folded; i++) {
      folded = b[i] == '\n';
    }
    if (!folded) {
      return new String(b, start, end - start, StandardCharsets.ISO_8859_1);
    }
    byte[] out = new byte[end - start];
    int n = 0;
    for (int i = start; i < end; i++) {
      boolean lineEnd = b[i] == '\n' || b[i] == '\r' && i + 1 < end && b[i + 1] == '\n';
      if (!lineEnd) {
        out[n++] = b[i];
      }
    }
    return new String(out, 0, n, StandardCharsets.ISO_8859_1);
  }

  private static boolean white(byte c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  /// Octets as text: UTF-8 if they are, else ISO-8859-1.
  static String text(String octets) {
    for (int i = 0; i < octets.length(); i++) {
      if (octets.charAt(i) >= 0x80) {
        byte[] b = octets.getBytes(StandardCharsets.ISO_8859_1);
        String text = Charsets.utf8OrNull(b, 0, b.length);
        return text == null ? octets : text;
      }
    }
    return octets;
  }
}
