package org.posthorn.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;

/// UTF-7, for reading only. RFC 2152.
final class Utf7 extends Charset {
  static final Charset CHARSET = new Utf7();

  private Utf7() {
    super("X-Posthorn-UTF-7", null);
  }

  @Override
  public boolean contains(Charset other) {
    return false;
  }

  @Override
  public CharsetEncoder newEncoder() {
    throw new UnsupportedOperationException("nobody should write UTF-7");
  }

  @Override
  public boolean canEncode() {
    return false;
  }

  @Override
  public CharsetDecoder newDecoder() {
    return new Decoder(this);
  }

  private static final class Decoder extends CharsetDecoder {
    private boolean shifted;
    private boolean justShifted;
    private int bits;
    private int bitCount;

    Decoder(Charset charset) {
      super(charset, 1, 1);
    }

    @Override
    protected void implReset() {
      shifted = false;
      bits = 0;
      bitCount = 0;
    }

    @Override
    protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
      while (in.hasRemaining()) {
        if (!out.hasRemaining()) {
          return CoderResult.OVERFLOW;
        }
        byte b = in.get();
        int digit = shifted ? Base64Digits.value(b) : -1;
        if (digit >= 0) {
          justShifted = false;
          bits = bits << 6 | digit;
          bitCount += 6;
          if (bitCount >= 16) {
            bitCount -= 16;
            out.put((char) (bits >> bitCount));
            bits &= (1 << bitCount) - 1;
          }
        } else if (shifted) {
          shifted = false;
          if (b == '-') {
            if (justShifted) {
              out.put('+');
            }
          } else {
            out.put(plain(b));
          }
        } else if (b == '+') {
          shifted = true;
          justShifted = true;
          bits = 0;
          bitCount = 0;
        } else {
          out.put(plain(b));
        }
      }
      return CoderResult.UNDERFLOW;
    }

    private static char plain(byte b) {
      return b >= 0 ? (char) b : '\ufffd';
    }
  }
}
