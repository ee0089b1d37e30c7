package org.posthorn.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Undoes a Content-Transfer-Encoding. RFC 2045 §6.
public final class TransferDecoder {
  private static final int BUFFER = 4096;

  private TransferDecoder() {}

  /// Lenient: garbage is skipped or passed on, and only `in` can throw. 7bit, 8bit, binary and
  /// encodings that are unknown are passed on as they are. Closing it closes `in`.
  public static InputStream decode(InputStream in, String encoding) {
    return switch (encoding == null ? "" : Content.lower(encoding.strip())) {
      case "base64" -> new Base64(in);
      case "quoted-printable" -> new QuotedPrintable(in);
      case "uuencode", "x-uuencode", "x-uue", "uue" -> new Uuencode(in);
      default -> in;
    };
  }

  /// Whether [#decode] knows the encoding, so that BINARY need not say UNKNOWN-CTE (RFC 3516 §4.3).
  public static boolean knows(String encoding) {
    return switch (Content.lower(encoding)) {
      case "7bit", "8bit", "binary", "base64", "quoted-printable" -> true;
      case "uuencode", "x-uuencode", "x-uue", "uue" -> true;
      default -> false;
    };
  }

  /// Turns input buffers into output buffers.
  private abstract static sealed class Decoding extends InputStream {
    private final InputStream in;
    private final byte[] input = new byte[BUFFER];
    private byte[] output = new byte[BUFFER + BUFFER / 4];
    private int position;
    private int length;
    private boolean ended;

    Decoding(InputStream in) {
      this.in = in;
    }

    /// Takes some input.
    abstract void take(byte[] b, int n);

    /// Takes the end of the input.
    abstract void end();

    final void put(int octet) {
      if (length == output.length) {
        output = Arrays.copyOf(output, 2 * length);
      }
      output[length++] = (byte) octet;
    }

    private boolean fill() throws IOException {
      while (position == length) {
        if (ended) {
          return false;
        }
        position = 0;
        length = 0;
        int n = in.read(input, 0, input.length);
        if (n < 0) {
          ended = true;
          end();
        } else {
          take(input, n);
        }
      }
      return true;
    }

    @Override
    public int read() throws IOException {
      return fill() ? output[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      if (len == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int n = Math.min(len, length - position);
      System.arraycopy(output, position, b, off, n);
      position += n;
      return n;
    }

    @Override
    public int available() {
      return length - position;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /// RFC 2045 §6.8: what is no digit is skipped. Padding ends a group, and more may follow it, as
  /// when encoded pieces were put together.
  private static final class Base64 extends Decoding {
    private int bits;
    private int count;

    Base64(InputStream in) {
      super(in);
    }

    @Override
    void take(byte[] b, int n) {
      for (int i = 0; i < n; i++) {
        int digit = Base64Digits.value(b[i]);
        if (digit >= 0) {
          bits = bits << 6 | digit;
          count += 6;
          if (count >= 8) {
            count -= 8;
            put(bits >> count);
            bits &= (1 << count) - 1;
          }
        } else if (b[i] == '=') {
          bits = 0;
          count = 0;
        }
      }
    }

    @Override
    void end() {}
  }

  /// RFC 2045 §6.7: white space at the end of a line is dropped, `=` before a line end joins lines,
  /// and an `=` that means nothing stays.
  private static final class QuotedPrintable extends Decoding {
    /// White space held back until it is known whether the line ends; more than this is let
    /// through.
    private static final int MAX_SPACE = 1_000;

    private final byte[] space = new byte[MAX_SPACE];
    private int spaces;
    private boolean cr; // held back
    private int equals; // 1 after "=", 2 after "=X", 3 after "=" and white space
    private int high;

    QuotedPrintable(InputStream in) {
      super(in);
    }

    @Override
    void take(byte[] b, int n) {
      for (int i = 0; i < n; i++) {
        take(b[i]);
      }
    }

    private void take(byte c) {
      if (cr) {
        cr = false;
        if (c == '\n') {
          lineEnd(true);
          return;
        }
        ordinary((byte) '\r');
      }
      switch (c) {
        case '\r' -> cr = true;
        case '\n' -> lineEnd(false);
        default -> ordinary(c);
      }
    }

    private void lineEnd(boolean withCr) {
      boolean soft = equals == 1 || equals == 3;
      if (equals == 2) {
        giveBack();
      }
      equals = 0;
      spaces = 0;
      if (!soft) {
        if (withCr) {
          put('\r');
        }
        put('\n');
      }
    }

    private void ordinary(byte c) {
      if (equals == 1 && hex(c) >= 0) {
        high = c;
        equals = 2;
      } else if (equals == 2 && hex(c) >= 0) {
        put(hex((byte) high) << 4 | hex(c));
        equals = 0;
      } else if ((equals == 1 || equals == 3) && isSpace(c)) {
        equals = 3;
        hold(c);
      } else {
        giveBack();
        if (c == '=') {
          giveSpace();
          equals = 1;
        } else if (isSpace(c)) {
          hold(c);
        } else {
          giveSpace();
          put(c);
        }
      }
    }

    /// An equals sign that began nothing.
    private void giveBack() {
      if (equals > 0) {
        put('=');
      }
      if (equals == 2) {
        put(high);
      }
      equals = 0;
    }

    private void hold(byte c) {
      if (spaces == MAX_SPACE) {
        giveBack();
        giveSpace();
      }
      space[spaces++] = c;
    }

    private void giveSpace() {
      for (int i = 0; i < spaces; i++) {
        put(space[i]);
      }
      spaces = 0;
    }

    @Override
    void end() {
      if (cr) {
        ordinary((byte) '\r');
      }
      if (equals == 2) {
        giveBack();
      }
    }

    private static boolean isSpace(byte c) {
      return c == ' ' || c == '\t';
    }

    private static int hex(byte c) {
      return c < 0 ? -1 : Character.digit(c, 16);
    }
  }

  /// The encoding of uuencode(1), between its lines `begin` and `end`.
  private static final class Uuencode extends Decoding {
    /// An encoded line has at most 61 characters; more of a line is not looked at.
    private static final int MAX_LINE = 128;

    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private boolean begun;

    Uuencode(InputStream in) {
      super(in);
    }

    @Override
    void take(byte[] b, int n) {
      for (int i = 0; i < n; i++) {
        if (b[i] == '\n') {
          endLine();
        } else if (b[i] != '\r' && length < MAX_LINE) {
          line[length++] = b[i];
        }
      }
    }

    @Override
    void end() {
      endLine();
    }

    private void endLine() {
      String text = Octets.text(line, 0, length);
      length = 0;
      if (text.startsWith("begin ")) {
        begun = true;
      } else if (text.equals("end")) {
        begun = false;
      } else if (begun && !text.isEmpty()) {
        decode(text);
      }
    }

    private void decode(String text) {
      int wanted = text.charAt(0) - ' ' & 63;
      int done = 0;
      for (int i = 1; i + 1 < text.length() && done < wanted; i += 4) {
        int group = 0;
        for (int k = 0; k < 4; k++) {
          int digit = i + k < text.length() ? text.charAt(i + k) - ' ' & 63 : 0;
          group = group << 6 | digit;
        }
        for (int shift = 16; shift >= 0 && done < wanted; shift -= 8, done++) {
          put(group >> shift);
        }
      }
    }
  }
}
