package org.posthorn.mta.trace;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Events of one message in one row: format; the texts, each once; the events, which name their
/// texts by number and their time by the distance from the one before.
final class TraceRow {
  private static final int FORMAT = 1;

  /// Numbers of seven bits an octet, at most.
  private static final int VARINT_MAX = 10;

  /// Octets of an event, at least.
  private static final int EVENT_MIN = 7;

  private TraceRow() {}

  static byte[] encode(List<Event> events) {
    Map<String, Integer> texts = new LinkedHashMap<>();
    texts.put("", 0);
    for (Event e : events) {
      number(texts, e.recipient());
      number(texts, e.where());
      number(texts, e.how());
      number(texts, e.words());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    out.write(FORMAT);
    varint(out, texts.size() - 1L);
    texts.keySet().stream().skip(1).forEach(t -> text(out, t));
    varint(out, events.size());
    long before = 0;
    for (Event e : events) {
      long at = e.at().toEpochMilli();
      out.write(e.kind().ordinal());
      zigzag(out, at - before);
      before = at;
      varint(out, texts.get(e.recipient()));
      varint(out, texts.get(e.where()));
      varint(out, texts.get(e.how()));
      varint(out, texts.get(e.words()));
      // 0 is for none
      zigzag(out, e.next() == null ? 0 : nextOf(e.next().toEpochMilli() - at));
    }
    return out.toByteArray();
  }

  private static long nextOf(long distance) {
    return distance >= 0 ? distance + 1 : distance;
  }

  private static void number(Map<String, Integer> texts, String text) {
    texts.putIfAbsent(text, texts.size());
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    varint(out, octets.length);
    out.writeBytes(octets);
  }

  private static void zigzag(ByteArrayOutputStream out, long v) {
    varint(out, v << 1 ^ v >> 63);
  }

  private static void varint(ByteArrayOutputStream out, long v) {
    long rest = v;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /// @throws IllegalArgumentException if the row is damaged
  static List<Event> decode(byte[] row) {
    try {
      ByteBuffer in = ByteBuffer.wrap(row);
      int format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException("trace row of format " + format);
      }
      List<String> texts = new ArrayList<>();
      texts.add("");
      for (int n = count(in, 1); n > 0; n--) {
        byte[] octets = new byte[count(in, 1)];
        in.get(octets);
        texts.add(new String(octets, StandardCharsets.UTF_8));
      }
      List<Event> events = new ArrayList<>();
      long before = 0;
      for (int n = count(in, EVENT_MIN); n > 0; n--) {
        Event e = event(in, before, texts);
        before = e.at().toEpochMilli();
        events.add(e);
      }
      return events;
    } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("trace row ends early", e);
    } catch (ArithmeticException | java.time.DateTimeException e) {
      throw new IllegalArgumentException("trace row has a time that is none", e);
    }
  }

  private static Event event(ByteBuffer in, long before, List<String> texts) {
    Kind kind = Kind.of(in.get() & 0xff);
    if (kind == null) {
      kind = Kind.REMARK; // of a newer version
    }
    long at = Math.addExact(before, zigzag(in));
    String recipient = texts.get(index(in));
    String where = texts.get(index(in));
    String how = texts.get(index(in));
    String words = texts.get(index(in));
    long next = zigzag(in);
    return new Event(
        Instant.ofEpochMilli(at),
        kind,
        recipient,
        where,
        how,
        words,
        next == 0 ? null : Instant.ofEpochMilli(Math.addExact(at, next > 0 ? next - 1 : next)));
  }

  private static int index(ByteBuffer in) {
    return (int) Math.min(varint(in) & Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /// A number of things that take so many octets each, at least.
  private static int count(ByteBuffer in, int octets) {
    long n = varint(in);
    if (n < 0 || n > in.remaining() / octets) {
      throw new IllegalArgumentException("trace row counts " + n);
    }
    return (int) n;
  }

  private static long zigzag(ByteBuffer in) {
    long v = varint(in);
    return v >>> 1 ^ -(v & 1);
  }

  private static long varint(ByteBuffer in) {
    long v = 0;
    for (int i = 0; i < VARINT_MAX; i++) {
      int x = in.get();
      v |= (long) (x & 0x7F) << 7 * i;
      if (x >= 0) {
        return v;
      }
    }
    throw new IllegalArgumentException("trace row: number without end");
  }
}
