package org.posthorn.smtp;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Takes the octets that follow `354`, finds the end of the message, undoes dot-stuffing (RFC 5321
/// §4.5.2) and hands the message on in slices of the caller's buffer, as long as they can be: it
/// copies nothing and makes no object per line.
///
/// Only CRLF.CRLF ends a message (RFC 5321 §4.1.1.4), whatever the setting for bare newlines. A
/// line may be as long as the message: nothing here or behind depends on the length of a line (RFC
/// 5321 §4.5.3.1.6 asks for 1,000 octets at least).
///
/// A message in chunks (RFC 3030) is not dot-stuffed and ends where its sender says: [#ofChunks].
/// The rule about line ends is the same.
///
/// Life cycle: [#feed] until [#ended], or [#end] after the last chunk. A decoder is for one message
/// and one thread.
public final class BodyDecoder {
  /// Where the slices of the message go.
  public interface Sink {
    void write(byte[] b, int off, int len) throws IOException;
  }

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = EACH * 0x80;

  /// NUL, LF and CR, all that matters within a line, are under this.
  private static final int FIRST_PLAIN = '\r' + 1;

  private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SPACE = {' '};

  private enum State {
    /// At the begin of the message or behind a CRLF, the only places where a dot means something.
    LINE_START,
    TEXT,
    /// Behind one or more CRs within a line.
    CR,
    /// Behind CRLF and a dot.
    DOT,
    /// Behind CRLF, a dot and a CR.
    DOT_CR,
    ENDED
  }

  private final BareNewline bareNewline;
  private final boolean stuffed;
  private final Sink sink;

  private State state = State.LINE_START;

  // Number of CRs seen and not yet handed on; valid in state CR.
  private int crs;
  private boolean sawBare;
  private boolean sawNul;

  public BodyDecoder(BareNewline bareNewline, Sink sink) {
    this(bareNewline, true, sink);
  }

  private BodyDecoder(BareNewline bareNewline, boolean stuffed, Sink sink) {
    this.bareNewline = bareNewline;
    this.stuffed = stuffed;
    this.sink = sink;
  }

  /// For a message that comes in chunks: what is fed may be cut anywhere.
  public static BodyDecoder ofChunks(BareNewline bareNewline, Sink sink) {
    return new BodyDecoder(bareNewline, false, sink);
  }

  /// The last chunk was fed: a CR at its end will not become a line end any more.
  public void end() throws IOException {
    if (state == State.CR) {
      sawBare = true;
      emit(SPACE, 0, 1);
    }
    state = State.ENDED;
  }

  /// True behind CRLF.CRLF, or [#end]: what follows is the next command.
  public boolean ended() {
    return state == State.ENDED;
  }

  /// True if there was a CR without LF or an LF without CR.
  public boolean sawBareNewline() {
    return sawBare;
  }

  public boolean sawNul() {
    return sawNul;
  }

  /// True if the message must not be accepted; from then on the sink gets nothing more.
  public boolean unacceptable() {
    return sawNul || (sawBare && bareNewline == BareNewline.REJECT);
  }

  /// Decodes `b[off, end)`. Returns the index of the first octet not consumed: `end`, or less if
  /// the message ended before.
  public int feed(byte[] b, int off, int end) throws IOException {
    int i = off;
    while (i < end) {
      switch (state) {
        case LINE_START, TEXT -> i = text(b, i, end);
        case CR -> i = afterCr(b, i);
        case DOT -> i = afterDot(b, i);
        case DOT_CR -> i = afterDotCr(b, i);
        case ENDED -> {
          return i;
        }
      }
    }
    return i;
  }

  /// Hands on from `from` as far as the octets go unaltered, over as many lines as there are.
  private int text(byte[] b, int from, int end) throws IOException {
    int i = from;
    boolean lineStart = state == State.LINE_START;
    while (true) {
      if (lineStart && stuffed && i < end && b[i] == '.') {
        emit(b, from, i);
        state = State.DOT;
        return i + 1;
      }
      i = plainRun(b, i, end);
      if (i == end) {
        emit(b, from, i);
        // Nothing behind the last CRLF: what decides about a dot is in the next chunk.
        state = lineStart && b[i - 1] == '\n' ? State.LINE_START : State.TEXT;
        return i;
      }
      lineStart = false;
      switch (b[i]) {
        case '\r' -> {
          if (i + 1 < end && b[i + 1] == '\n') {
            i += 2;
            lineStart = true;
          } else {
            emit(b, from, i);
            state = State.CR;
            crs = 1;
            return i + 1;
          }
        }
        case '\n' -> {
          emit(b, from, i);
          bareLf();
          return i + 1;
        }
        case 0 -> {
          sawNul = true;
          i++;
        }
        default -> i++;
      }
    }
  }

  private int afterCr(byte[] b, int i) throws IOException {
    switch (b[i]) {
      case '\n' -> {
        sawBare |= crs > 1;
        emit(CRLF, 0, 2);
        state = State.LINE_START;
        return i + 1;
      }
      case '\r' -> {
        crs++;
        return i + 1;
      }
      default -> {
        sawBare = true;
        // However many CRs there were, they were no line end: white space.
        emit(SPACE, 0, 1);
        state = State.TEXT;
        return i;
      }
    }
  }

  private int afterDot(byte[] b, int i) throws IOException {
    if (b[i] == '\r') {
      state = State.DOT_CR;
      return i + 1;
    }
    // RFC 5321 §4.5.2: the first character is a period and there are others: it is deleted.
    state = State.TEXT;
    return i;
  }

  private int afterDotCr(byte[] b, int i) throws IOException {
    if (b[i] == '\n') {
      state = State.ENDED;
      return i + 1;
    }
    state = State.CR;
    crs = 1;
    return i;
  }

  /// It becomes a line end of the text, behind which a dot is a dot: it was sent as one, since only
  /// lines that begin behind a CRLF are stuffed.
  private void bareLf() throws IOException {
    sawBare = true;
    emit(CRLF, 0, 2);
    state = State.TEXT;
  }

  private void emit(byte[] b, int from, int to) throws IOException {
    if (to > from && !unacceptable()) {
      sink.write(b, from, to - from);
    }
  }

  /// The first index in `[i, end)` of an octet under [#FIRST_PLAIN], or `end`. Eight at a time:
  /// this is where a message spends its time.
  private static int plainRun(byte[] b, int i, int end) {
    while (i + Long.BYTES <= end) {
      long v = (long) LONGS.get(b, i);
      // The high bit of an octet stays set by the subtraction iff the octet was smaller.
      if (((v - EACH * FIRST_PLAIN) & ~v & HIGH_BITS) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    while (i < end && (b[i] & 0xff) >= FIRST_PLAIN) {
      i++;
    }
    return i;
  }
}
