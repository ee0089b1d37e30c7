package org.posthorn.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.posthorn.app.CommandFailed;

/// A message as a program writes it to our standard input, whole: every line end is made CRLF, and
/// where it is so agreed a line with nothing but a dot ends it. Kept in memory while it is small,
/// else in a temporary file that only its owner can read. Closing throws it away.
final class TypedMessage implements AutoCloseable {
  private static final int MEMORY_MAX = 1 << 20;

  /// No server takes larger ones.
  private static final long SIZE_MAX = 1L << 30;

  private static final int BUFFER = 16 << 10;

  /// What ends a message.
  enum End {
    /// The end of the input alone.
    INPUT,
    /// A line with a single dot, too.
    DOT
  }

  private final byte[] memory;
  private final Path file; // null if all is in memory

  private TypedMessage(byte[] memory, Path file) {
    this.memory = memory;
    this.file = file;
  }

  static TypedMessage read(InputStream in, End end) throws IOException {
    return read(in, end, MEMORY_MAX);
  }

  static TypedMessage read(InputStream in, End end, int memoryMax) throws IOException {
    Sink sink = new Sink(memoryMax);
    try (sink) {
      Lines lines = new Lines(sink, end);
      byte[] b = new byte[BUFFER];
      int n;
      while (!lines.over && (n = in.read(b)) >= 0) {
        lines.add(b, n);
      }
      lines.end();
    } catch (IOException | RuntimeException e) {
      sink.discard();
      throw e;
    }
    return new TypedMessage(sink.memory(), sink.file);
  }

  InputStream open() throws IOException {
    return file == null ? new java.io.ByteArrayInputStream(memory) : Files.newInputStream(file);
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new CommandFailed("cannot delete " + file + ": " + e.getMessage());
      }
    }
  }

  /// Memory first, then a file.
  private static final class Sink extends OutputStream {
    private final int memoryMax;
    private final java.io.ByteArrayOutputStream head = new java.io.ByteArrayOutputStream();
    private Path file;
    private OutputStream out;
    private long size;

    Sink(int memoryMax) {
      this.memoryMax = memoryMax;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      size += len;
      if (size > SIZE_MAX) {
        throw new CommandFailed("the message is larger than " + SIZE_MAX + " octets");
      }
      if (out == null && head.size() + len > memoryMax) {
        file = Files.createTempFile("posthorn", ".eml");
        out = new java.io.BufferedOutputStream(Files.newOutputStream(file));
        head.writeTo(out);
        head.reset();
      }
      (out == null ? head : out).write(b, off, len);
    }

    byte[] memory() {
      return head.toByteArray();
    }

    void discard() throws IOException {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }

    @Override
    public void close() throws IOException {
      if (out != null) {
        out.close();
      }
    }
  }

  /// Line by line.
  private static final class Lines {
    private static final byte[] CRLF = {'\r', '\n'};

    private final OutputStream out;
    private final boolean dotEnds;
    private boolean over;
    private boolean lineBegins = true;
    private boolean dot; // the line is a dot so far, which was not written yet
    private boolean cr; // a CR came, which was not written yet

    Lines(OutputStream out, End end) {
      this.out = out;
      this.dotEnds = end == End.DOT;
    }

    void add(byte[] b, int n) throws IOException {
      int from = 0; // what was not written yet
      for (int i = 0; i < n && !over; i++) {
        byte c = b[i];
        boolean plain = c != '\r' && c != '\n' && !cr && !dot && !(lineBegins && c == '.');
        if (plain) {
          lineBegins = false;
          continue;
        }
        out.write(b, from, i - from);
        from = i + 1;
        special(c);
      }
      if (!over) {
        out.write(b, from, n - from);
      }
    }

    /// An octet that ends a line, may do so, or comes behind one that may.
    private void special(byte c) throws IOException {
      if (c == '\n') {
        cr = false;
        endLine();
        return;
      }
      if (cr) {
        cr = false;
        endLine();
      }
      if (over) {
        return;
      }
      if (c == '\r') {
        cr = true;
      } else if (c == '.' && lineBegins && dotEnds) {
        dot = true;
        lineBegins = false;
      } else {
        flushDot();
        lineBegins = false;
        out.write(c);
      }
    }

    private void endLine() throws IOException {
      if (dot) {
        over = true;
        return;
      }
      out.write(CRLF);
      lineBegins = true;
    }

    private void flushDot() throws IOException {
      if (dot) {
        out.write('.');
        dot = false;
      }
    }

    /// The input is over: so is its last line, ended or not.
    void end() throws IOException {
      if (over || dot) {
        return;
      }
      if (cr || !lineBegins) {
        out.write(CRLF);
      }
    }
  }
}
