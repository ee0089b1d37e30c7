package org.posthorn.mta.judge;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// What one account's user has taught: how much each feature moves the logit away from what the
/// common model says. Each lesson moves the features of one message by as much as it takes (passive
/// aggressive learning), and can be taken back exactly.
///
/// Of bounded size: of too many features those that weigh least are forgotten. One thread; whoever
/// shares one does not change it.
///
/// Rows: [#ROWS] of them by the upper bits of ids; each its format, then pairs of the distance to
/// the id before and the weight, ascending.
final class AccountModel {
  static final int ROWS = 16;

  /// Features that are kept of an account.
  static final int ENTRIES_MAX = 64 * 1024;

  /// After forgetting.
  private static final int ENTRIES_KEPT = ENTRIES_MAX * 3 / 4;

  /// A row that is longer is damaged.
  private static final int ROW_ENTRIES_MAX = ENTRIES_MAX;

  /// Weights and steps are whole numbers of this unit, so that nothing is lost by adding.
  static final int UNIT = 4096;

  private static final byte FORMAT = 1;
  private static final int ROW_SHIFT = Features.ID_BITS - 4;
  private static final double LOGIT_MAX = 12;

  private int[] ids; // id + 1; 0 is free
  private int[] values;
  private int count;
  private int touched; // a bit for each row

  AccountModel() {
    ids = new int[1024];
    values = new int[1024];
  }

  AccountModel copy() {
    AccountModel copy = new AccountModel();
    copy.ids = ids.clone();
    copy.values = values.clone();
    copy.count = count;
    return copy;
  }

  /// Features it knows.
  int size() {
    return count;
  }

  // --- judging

  /// What it adds to the logit of the common model.
  double logit(Features f) {
    if (count == 0) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < f.count(); i++) {
      float weight = f.kind(i).weight;
      if (weight > 0) {
        sum += weight * get(f.id(i));
      }
    }
    return Math.clamp(sum * unit(f) / UNIT, -LOGIT_MAX, LOGIT_MAX);
  }

  /// What a feature adds.
  double share(Features f, int i, double unit) {
    return (double) f.kind(i).weight * get(f.id(i)) * unit / UNIT;
  }

  /// What weight 1 counts for in a message.
  static double unit(Features f) {
    double sum = 0;
    for (int i = 0; i < f.count(); i++) {
      float w = f.kind(i).weight;
      sum += w * w;
    }
    return sum == 0 ? 0 : 1 / Math.sqrt(sum);
  }

  // --- learning

  /// Moves the logit of a message by a step; by the opposite step it is as before.
  ///
  /// @param step in units
  void add(Features f, int step) {
    double unit = unit(f);
    for (int i = 0; i < f.count(); i++) {
      float weight = f.kind(i).weight;
      int delta = weight == 0 ? 0 : (int) Math.round(step * weight * unit);
      if (delta != 0) {
        add(f.id(i), delta);
      }
    }
    if (count > ENTRIES_MAX) {
      forget();
    }
  }

  private void add(int id, int delta) {
    int at = place(id);
    if (ids[at] == 0) {
      if (3 * (count + 1) > 2 * ids.length) {
        rehash(2 * ids.length, 0);
        at = place(id);
      }
      ids[at] = id + 1;
      count++;
    }
    values[at] += delta;
    touched |= 1 << (id >>> ROW_SHIFT);
  }

  private int get(int id) {
    return values[place(id)];
  }

  private int place(int id) {
    int mask = ids.length - 1;
    int at = id * 0x9e3779b9 >>> 5 & mask;
    while (ids[at] != 0 && ids[at] != id + 1) {
      at = at + 1 & mask;
    }
    return at;
  }

  /// @param least weights nearer to nothing are left out
  private void rehash(int capacity, int least) {
    int[] oldIds = ids;
    int[] oldValues = values;
    ids = new int[capacity];
    values = new int[capacity];
    count = 0;
    for (int i = 0; i < oldIds.length; i++) {
      if (oldIds[i] != 0 && Math.abs(oldValues[i]) >= least) {
        int at = place(oldIds[i] - 1);
        ids[at] = oldIds[i];
        values[at] = oldValues[i];
        count++;
      }
    }
  }

  private void forget() {
    int[] weights = new int[count];
    int n = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] != 0) {
        weights[n++] = Math.abs(values[i]);
      }
    }
    Arrays.sort(weights);
    rehash(ids.length, weights[count - ENTRIES_KEPT] + 1);
    touched = -1;
  }

  // --- rows

  /// The rows that have changed since the last call, by number.
  Map<Integer, byte[]> changed() {
    Map<Integer, byte[]> rows = new HashMap<>();
    for (int row = 0; row < ROWS; row++) {
      if ((touched & 1 << row) != 0) {
        rows.put(row, row(row));
      }
    }
    touched = 0;
    return rows;
  }

  private byte[] row(int row) {
    long[] entries = new long[count];
    int n = 0;
    for (int i = 0; i < ids.length; i++) {
      int id = ids[i] - 1;
      if (ids[i] != 0 && id >>> ROW_SHIFT == row && values[i] != 0) {
        entries[n++] = (long) id << 32 | values[i] & 0xffffffffL;
      }
    }
    Arrays.sort(entries, 0, n);
    var out = new ByteArrayOutputStream(5 * n + 8);
    try {
      var data = new DataOutputStream(out);
      data.writeByte(FORMAT);
      int before = row << ROW_SHIFT;
      for (int i = 0; i < n; i++) {
        int id = (int) (entries[i] >>> 32);
        int value = (int) entries[i];
        varint(data, id - before);
        varint(data, value << 1 ^ value >> 31);
        before = id;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// @param row null if there is none
  /// @throws IllegalArgumentException for a damaged row
  void read(int number, byte[] row) {
    if (row == null) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(row);
    if (!in.hasRemaining() || in.get() != FORMAT) {
      throw new IllegalArgumentException("a row of a model with an unknown format");
    }
    long id = (long) number << ROW_SHIFT;
    for (int n = 0; in.hasRemaining(); n++) {
      id += varint(in) & 0xffffffffL;
      int zigzag = varint(in);
      if (id >>> ROW_SHIFT != number || n >= ROW_ENTRIES_MAX) {
        throw new IllegalArgumentException("a damaged row of a model");
      }
      add((int) id, zigzag >>> 1 ^ -(zigzag & 1));
    }
    touched = 0;
  }

  static void varint(DataOutputStream out, int value) throws IOException {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  static int varint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (!in.hasRemaining()) {
        throw new IllegalArgumentException("a row that breaks off");
      }
      byte b = in.get();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number that does not end");
  }
}
