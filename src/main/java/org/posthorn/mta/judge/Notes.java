package org.posthorn.mta.judge;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/// One row of many small notes, each under a 64-bit key, with a few numbers. A row holds so many at
/// most: whoever adds another loses the one that its order names first.
///
/// Row: its format, how many numbers a note has, then each key and its numbers. A reader of more
/// numbers than were written has 0 for them.
final class Notes {
  private static final byte FORMAT = 1;
  private static final int NUMBERS_MAX = 16;

  private final int numbers;
  private final int most;
  private final Comparator<Map.Entry<Long, int[]>> order;
  private final TreeMap<Long, int[]> notes = new TreeMap<>(Long::compareUnsigned);

  /// @param numbers of a note, each 0 or more
  /// @param most notes
  /// @param order whose first is lost first
  Notes(int numbers, int most, Comparator<Map.Entry<Long, int[]>> order) {
    this.numbers = numbers;
    this.most = most;
    this.order = order;
  }

  /// The note, which may be changed; null if there is none.
  int[] get(long key) {
    return notes.get(key);
  }

  /// The note, made where there is none.
  int[] make(long key) {
    int[] note = notes.computeIfAbsent(key, k -> new int[numbers]);
    if (notes.size() > most) {
      notes.entrySet().stream()
          .filter(e -> e.getKey() != key)
          .min(order)
          .ifPresent(e -> notes.remove(e.getKey()));
    }
    return note;
  }

  void remove(long key) {
    notes.remove(key);
  }

  int size() {
    return notes.size();
  }

  byte[] row() {
    var out = new ByteArrayOutputStream(4 + notes.size() * (8 + 2 * numbers));
    try {
      var data = new DataOutputStream(out);
      data.writeByte(FORMAT);
      data.writeByte(numbers);
      for (Map.Entry<Long, int[]> e : notes.entrySet()) {
        data.writeLong(e.getKey());
        for (int number : e.getValue()) {
          AccountModel.varint(data, number);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// @param row null for none
  /// @throws IllegalArgumentException for a damaged row
  Notes read(byte[] row) {
    if (row == null) {
      return this;
    }
    ByteBuffer in = ByteBuffer.wrap(row);
    if (in.remaining() < 2 || in.get() != FORMAT) {
      throw new IllegalArgumentException("a row of notes with an unknown format");
    }
    int written = in.get();
    if (written < 0 || written > NUMBERS_MAX) {
      throw new IllegalArgumentException("a damaged row of notes");
    }
    while (in.hasRemaining()) {
      if (in.remaining() < Long.BYTES) {
        throw new IllegalArgumentException("a row that breaks off");
      }
      int[] note = new int[numbers];
      long key = in.getLong();
      for (int i = 0; i < written; i++) {
        int number = AccountModel.varint(in);
        if (i < numbers) {
          note[i] = number;
        }
      }
      notes.put(key, note);
    }
    return this;
  }
}
