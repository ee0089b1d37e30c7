package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.posthorn.store.StoreUnavailable;

/// Values of rows: a format octet, then big-endian numbers and octets with their length before
/// them.
final class RowText {
  private RowText() {}

  /// Puts a value together.
  static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    Writer(int format) {
      out.write(format);
    }

    Writer u8(int v) {
      out.write(v);
      return this;
    }

    Writer u32(int v) {
      out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(v).array());
      return this;
    }

    Writer u64(long v) {
      out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(v).array());
      return this;
    }

    Writer bytes(byte[] v) {
      u32(v.length);
      out.writeBytes(v);
      return this;
    }

    Writer text(String v) {
      return bytes(v.getBytes(UTF_8));
    }

    byte[] done() {
      return out.toByteArray();
    }
  }

  /// Takes a value apart. Damage shows as [StoreUnavailable]: nobody may be told that a name does
  /// not exist because its row cannot be read.
  static final class Reader {
    private final ByteBuffer in;
    private final int format;

    Reader(byte[] row, int format) {
      this(row, format, format);
    }

    /// Of a row that has had several formats.
    Reader(byte[] row, int oldest, int newest) {
      in = ByteBuffer.wrap(row);
      format = u8();
      if (format < oldest || format > newest) {
        throw damaged("format " + format + " where " + newest + " is known");
      }
    }

    int format() {
      return format;
    }

    int u8() {
      try {
        return in.get() & 0xFF;
      } catch (BufferUnderflowException e) {
        throw damaged("end of row");
      }
    }

    int u32() {
      try {
        return in.getInt();
      } catch (BufferUnderflowException e) {
        throw damaged("end of row");
      }
    }

    long u64() {
      try {
        return in.getLong();
      } catch (BufferUnderflowException e) {
        throw damaged("end of row");
      }
    }

    byte[] bytes() {
      int length = u32();
      if (length < 0 || length > in.remaining()) throw damaged("length " + length);
      byte[] v = new byte[length];
      in.get(v);
      return v;
    }

    String text() {
      return new String(bytes(), UTF_8);
    }

    static StoreUnavailable damaged(String why) {
      return new StoreUnavailable("damaged row of the directory: " + why, null);
    }
  }
}
