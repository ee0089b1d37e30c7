package org.posthorn.mime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads a message once, front to back, and finds its parts with their octet offsets.
///
/// Nothing in a message makes it fail: only the stream can throw. Work is linear in the size (times
/// the nesting depth for lines that begin with `--`), memory is bounded by the constants below.
/// What lies beyond a limit is an opaque leaf.
///
/// CRLF and a bare LF end a line, a bare CR does not. A header ends at an empty line, at a boundary
/// of a multipart around it, or with the message; lines in it that are no field are passed over.
public final class MimeScanner {
  /// Nested multiparts and messages; what lies deeper is not looked into.
  public static final int MAX_DEPTH = 100;

  /// Parts of a message, messages in it included. The one after that, in each multipart still open,
  /// takes all that is left.
  public static final int MAX_PARTS = 500;

  /// Header fields kept of one entity.
  public static final int MAX_FIELDS = 1_000;

  /// Header octets kept of a message, all its parts together.
  public static final int MAX_HEADER_BYTES = 512 * 1024;

  /// Octets kept of one field; the rest of its value is cut off.
  public static final int MAX_FIELD_BYTES = 64 * 1024;

  /// RFC 2046 §5.1.1 allows 70; a multipart with a longer boundary than this has none.
  public static final int MAX_BOUNDARY = 256;

  private static final int MAX_NAME = 128;
  private static final int BUFFER = 8 * 1024;

  /// Octets that must be at hand to judge a line: dashes, boundary, dashes, and one more.
  private static final int LOOK = MAX_BOUNDARY + 5;

  /// No boundary: the message has ended.
  private static final int END = -1;

  private final InputStream in; // null when all is in the buffer from the start
  private final byte[] buffer;
  private int pos;
  private int limit;
  private boolean eof;
  private long base; // offset in the message of buffer[0]
  private long lines; // line ends passed so far

  private final List<byte[]> boundaries = new ArrayList<>(4);
  private int parts;

  // Where the last body or header stopped: at a line of boundaries[hit], or at the end.
  private int hit = END;
  private boolean hitCloses;
  private long hitLine; // offset of that line
  private long contentEnd; // offset of the line end before it, or hitLine if it has none of its own

  private byte[] header = new byte[2048]; // fields of the entity being read
  private int headerLength;
  private int headerBytesLeft = MAX_HEADER_BYTES;

  private MimeScanner(InputStream in, byte[] buffer, int limit) {
    this.in = in;
    this.buffer = buffer;
    this.limit = limit;
    this.eof = in == null;
  }

  /// Reads to the end of the stream and does not close it.
  public static Part scan(InputStream in) throws IOException {
    return new MimeScanner(in, new byte[BUFFER], 0).entity(0, false);
  }

  public static Part scan(byte[] b) {
    try {
      return new MimeScanner(null, b, b.length).entity(0, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no stream to fail
    }
  }

  /// Reads one entity up to the boundary line that ends it, which is left unread, or to the end.
  private Part entity(int depth, boolean inDigest) throws IOException {
    parts++;
    long headerStart = offset();
    HeaderReader reader = new HeaderReader();
    boolean hasBody = reader.read();
    Content content = Content.of(reader.finish(), inDigest);
    Extent extent = new Extent(headerStart, offset(), lines);
    if (!hasBody) {
      return leaf(content, extent);
    }
    boolean mayNest = depth < MAX_DEPTH && parts < MAX_PARTS;
    if (content.isMessage() && mayNest) {
      Part inner = entity(depth + 1, false);
      return part(content, extent, List.of(inner));
    }
    if (content.isMultipart() && content.boundary() != null) {
      if (mayNest) {
        return multipart(content, extent, depth);
      }
      content = content.opaque();
    }
    skipBody(offset());
    return leaf(content, extent);
  }

  private Part leaf(Content content, Extent extent) {
    return part(content.isMultipart() ? content.plain() : content, extent, List.of());
  }

  // RFC 2046 §5.1.1: preamble, parts, epilogue.
  private Part multipart(Content content, Extent extent, int depth) throws IOException {
    int mine = boundaries.size();
    boundaries.add(content.boundary());
    List<Part> children = new ArrayList<>();
    skipBody(offset());
    while (hit == mine && !hitCloses && parts < MAX_PARTS) {
      skipLine();
      if (!atEnd()) {
        children.add(entity(depth + 1, content.isDigest()));
      }
    }
    boundaries.remove(mine);
    if (hit == mine) {
      boolean closed = hitCloses;
      long lineEnd = skipLine();
      if (closed) {
        skipBody(lineEnd);
      } else {
        children.add(rest());
      }
    }
    return children.isEmpty() ? leaf(content, extent) : part(content, extent, children);
  }

  /// All that is left of a multipart that has too many parts.
  private Part rest() throws IOException {
    Extent extent = new Extent(offset(), offset(), lines);
    skipBody(offset());
    return part(Content.OPAQUE, extent, List.of());
  }

  /// Where an entity begins.
  private record Extent(long headerStart, long bodyStart, long linesBefore) {}

  /// An entity that ends where the scanner stopped last.
  private Part part(Content content, Extent extent, List<Part> children) {
    long end = Math.max(extent.bodyStart, contentEnd);
    if (!children.isEmpty()) {
      end = Math.max(end, children.getLast().bodyEnd()); // a header owns its last line end
    }
    long linesToEnd = end < hitLine ? lines - 1 : lines;
    long bodyLines = end == extent.bodyStart ? 0 : linesToEnd - extent.linesBefore;
    return content.part(extent.headerStart, extent.bodyStart, end, bodyLines, children);
  }

  private long offset() {
    return base + pos;
  }

  /// Passes lines until one is a boundary, or to the end. Begins at the start of a line; `lineEnd`
  /// is where the line end before it lies, or that start itself if that line end is not the body's.
  private void skipBody(long lineEnd) throws IOException {
    if (boundaries.isEmpty()) {
      skipToEnd();
      return;
    }
    while (true) {
      if (limit - pos < LOOK) {
        fill(LOOK);
      }
      if (pos == limit) {
        stopAtEnd();
        return;
      }
      if (buffer[pos] == '-' && atBoundary()) {
        contentEnd = lineEnd;
        return;
      }
      lineEnd = skipLine();
    }
  }

  private void skipToEnd() throws IOException {
    do {
      lines += Octets.count(buffer, pos, limit, '\n');
      pos = limit;
      fill(1);
    } while (pos < limit);
    stopAtEnd();
  }

  /// Whether the message ends right here: a delimiter line that is the last does not begin a part.
  private boolean atEnd() throws IOException {
    fill(1);
    if (pos < limit) {
      return false;
    }
    stopAtEnd();
    return true;
  }

  private void stopAtEnd() {
    hit = END;
    hitCloses = false;
    hitLine = offset();
    contentEnd = hitLine;
  }

  /// Passes the rest of a line; returns the offset of its line end, or of the message's end.
  private long skipLine() throws IOException {
    boolean cr = false;
    int from = pos;
    int lf = Octets.indexOf(buffer, from, limit, '\n');
    while (lf < 0) {
      cr = limit > from && buffer[limit - 1] == '\r';
      pos = limit;
      fill(1);
      if (pos == limit) {
        return offset();
      }
      from = pos;
      lf = Octets.indexOf(buffer, from, limit, '\n');
    }
    pos = lf + 1;
    lines++;
    if (lf > from) {
      cr = buffer[lf - 1] == '\r';
    }
    return base + lf - (cr ? 1 : 0);
  }

  /// Whether the line at `pos` is a delimiter of an open multipart; sets where we stopped.
  ///
  /// RFC 2046 §5.1.1 wants only the beginning of the line compared. So that a boundary may begin
  /// with another, what follows must be white space, a line end or two dashes, and the longest
  /// boundary wins; of equal ones the innermost.
  private boolean atBoundary() {
    if (limit - pos < 3 || buffer[pos + 1] != '-') {
      return false;
    }
    int best = END;
    int bestLength = 0;
    for (int i = boundaries.size() - 1; i >= 0; i--) {
      byte[] b = boundaries.get(i);
      if (b.length > bestLength
          && limit - pos - 2 >= b.length
          && buffer[pos + 2] == b[0]
          && Arrays.equals(buffer, pos + 2, pos + 2 + b.length, b, 0, b.length)
          && endsBoundary(pos + 2 + b.length)) {
        best = i;
        bestLength = b.length;
      }
    }
    if (best == END) {
      return false;
    }
    int after = pos + 2 + bestLength;
    hit = best;
    hitCloses = after < limit && buffer[after] == '-';
    hitLine = offset();
    return true;
  }

  private boolean endsBoundary(int at) {
    if (at >= limit) {
      return true;
    }
    return switch (buffer[at]) {
      case ' ', '\t', '\r', '\n' -> true;
      case '-' -> at + 1 < limit && buffer[at + 1] == '-';
      default -> false;
    };
  }

  /// Tries to have `want` octets at hand from `pos` on; fewer only at the end of the stream.
  private void fill(int want) throws IOException {
    if (eof) {
      return;
    }
    if (pos > 0 && buffer.length - pos < want || pos == limit) {
      System.arraycopy(buffer, pos, buffer, 0, limit - pos);
      base += pos;
      limit -= pos;
      pos = 0;
    }
    while (limit - pos < want) {
      int n = in.read(buffer, limit, buffer.length - limit);
      if (n < 0) {
        eof = true;
        return;
      }
      limit += n;
    }
  }

  /// Reads the fields of one header.
  private final class HeaderReader {
    private final Headers.Index index = new Headers.Index(16);
    private boolean complete = true;
    private boolean keeping; // the current field goes into `header`
    private int fieldStart; // in `header`
    private int nameEnd;
    private int valueStart;
    private long fieldOffset;

    /// Reads up to and with the empty line. False if there is no body: a boundary or the end came
    /// first, and the scanner has stopped there.
    boolean read() throws IOException {
      headerLength = 0;
      while (true) {
        if (limit - pos < LOOK) {
          fill(LOOK);
        }
        if (pos == limit) {
          stopAtEnd();
          return false;
        }
        byte first = buffer[pos];
        if (first == '-' && !boundaries.isEmpty() && atBoundary()) {
          contentEnd = hitLine;
          return false;
        }
        if (first == '\n' || first == '\r' && pos + 1 < limit && buffer[pos + 1] == '\n') {
          pos += first == '\n' ? 1 : 2;
          lines++;
          return true;
        }
        if (first != ' ' && first != '\t') {
          endField();
          startField();
        }
        copyLine();
      }
    }

    Headers finish() {
      endField();
      if (index.count == 0) {
        return complete ? Headers.NONE : new Headers(new byte[0], index, false);
      }
      return new Headers(Arrays.copyOf(header, headerLength), index, complete);
    }

    /// Decides from the beginning of a line whether it starts a field. RFC 5322 §2.2, §4.5.
    private void startField() {
      int colon = colon();
      if (colon < 0) {
        return;
      }
      if (index.count == MAX_FIELDS || headerBytesLeft <= colon - pos + 1) {
        complete = false;
        return;
      }
      keeping = true;
      int end = colon;
      while (end > pos && (buffer[end - 1] == ' ' || buffer[end - 1] == '\t')) {
        end--;
      }
      fieldStart = headerLength;
      fieldOffset = offset();
      nameEnd = fieldStart + end - pos;
      valueStart = fieldStart + colon - pos + 1;
    }

    /// The place of the colon after a field name, or -1 if the line does not begin with a field.
    private int colon() {
      int stop = Math.min(limit, pos + MAX_NAME);
      int i = pos;
      while (i < stop && buffer[i] > ' ' && buffer[i] != ':' && buffer[i] != 0x7f) {
        i++;
      }
      if (i == pos) {
        return -1;
      }
      while (i < stop && (buffer[i] == ' ' || buffer[i] == '\t')) {
        i++;
      }
      return i < stop && buffer[i] == ':' ? i : -1;
    }

    private void endField() {
      if (keeping) {
        long length = offset() - fieldOffset;
        index.add(
            fieldStart,
            nameEnd,
            Math.min(valueStart, headerLength),
            headerLength,
            fieldOffset,
            (int) Math.min(length, Integer.MAX_VALUE));
      }
      keeping = false;
    }

    /// Passes a line and keeps it, as far as the limits allow, if it belongs to a field.
    private void copyLine() throws IOException {
      int lf = Octets.indexOf(buffer, pos, limit, '\n');
      while (lf < 0) {
        keep(pos, limit);
        pos = limit;
        fill(1);
        if (pos == limit) {
          return;
        }
        lf = Octets.indexOf(buffer, pos, limit, '\n');
      }
      keep(pos, lf + 1);
      pos = lf + 1;
      lines++;
    }

    private void keep(int from, int to) {
      if (!keeping) {
        return;
      }
      int room = Math.min(headerBytesLeft, MAX_FIELD_BYTES - (headerLength - fieldStart));
      int n = Math.min(room, to - from);
      if (n < to - from) {
        complete = false;
      }
      if (headerLength + n > header.length) {
        header = Arrays.copyOf(header, Math.max(2 * header.length, headerLength + n));
      }
      System.arraycopy(buffer, from, header, headerLength, n);
      headerLength += n;
      headerBytesLeft -= n;
    }
  }
}
