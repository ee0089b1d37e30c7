package org.posthorn.mime;

import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Makes of a message that came as binary one that every protocol can carry (RFC 3516 §4.4). A body
/// that holds NUL is encoded in base64, and its header says so. Everywhere else a bare LF becomes
/// CRLF. What becomes of a body marked `binary` that holds no NUL is the caller's choice. No
/// content is lost.
public final class BinaryRewrite {
  private static final int PIECE = 8 * 1024;
  private static final String ENCODING = "Content-Transfer-Encoding";

  /// A message that can be read again.
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /// What becomes of a body marked `binary` in which there is no NUL.
  public enum Marked {
    /// It stays as it is: lines of any length, bare line ends.
    KEPT,
    /// It is encoded, too, so that the message may be sent as 8-bit text (RFC 3030 §3).
    ENCODED
  }

  /// What is done to one part.
  private enum Treatment {
    AS_LINES,
    VERBATIM,
    BASE64,
    /// A part with others in it, marked `binary` because of them, is 8-bit text afterwards.
    RELABELLED
  }

  private final Source message;
  private final Part structure;
  private final Marked marked;

  // All parts in the order of their headers; the leaves among them.
  private final List<Part> parts = new ArrayList<>();
  private final List<Part> leaves = new ArrayList<>();

  private BinaryRewrite(Source message, Part structure, Marked marked) {
    this.message = message;
    this.structure = structure;
    this.marked = marked;
    collect(structure);
  }

  /// @param structure of the message
  /// @return false if something must be encoded and cannot be: NUL in a header or between parts,
  ///   and a body that is encoded already. Nothing is written then
  public static boolean write(Source message, Part structure, Marked marked, OutputStream out)
      throws IOException {
    BinaryRewrite r = new BinaryRewrite(message, structure, marked);
    boolean[] nul = r.look();
    if (nul == null) {
      return false;
    }
    List<Treatment> treatments = r.treatments(nul);
    if (treatments == null) {
      return false;
    }
    r.copy(treatments, out);
    return true;
  }

  private void collect(Part p) {
    parts.add(p);
    if (p.children().isEmpty()) {
      leaves.add(p);
    }
    for (Part child : p.children()) {
      collect(child);
    }
  }

  /// For each part; null if one cannot be treated.
  private List<Treatment> treatments(boolean[] nul) {
    List<Treatment> all = new ArrayList<>();
    int leaf = 0;
    for (Part p : parts) {
      boolean binary = p.encoding().equals("binary");
      boolean encoded = binary && marked == Marked.ENCODED;
      if (!p.children().isEmpty()) {
        all.add(encoded && p.headers().complete() ? Treatment.RELABELLED : Treatment.AS_LINES);
      } else if (nul[leaf++] || encoded) {
        if (!canEncode(p)) {
          return null;
        }
        all.add(Treatment.BASE64);
      } else {
        all.add(binary ? Treatment.VERBATIM : Treatment.AS_LINES);
      }
    }
    return all;
  }

  /// Which leaves hold NUL; null if something else does.
  private boolean[] look() throws IOException {
    boolean[] nul = new boolean[leaves.size()];
    byte[] b = new byte[PIECE];
    int leaf = 0;
    long before = 0;
    try (InputStream in = message.open()) {
      for (int n = in.read(b, 0, PIECE); n >= 0; n = in.read(b, 0, PIECE)) {
        for (int i = nextNul(b, 0, n); i < n; i = nextNul(b, i + 1, n)) {
          while (leaf < nul.length && leaves.get(leaf).bodyEnd() <= before + i) {
            leaf++;
          }
          if (leaf == nul.length || before + i < leaves.get(leaf).bodyStart()) {
            return null;
          }
          nul[leaf] = true;
        }
        before += n;
      }
    }
    return nul;
  }

  /// RFC 2045 §6.4: a multipart or message is not encoded, and nothing twice. Where the scanner did
  /// not look inside, the declared type tells.
  private static boolean canEncode(Part p) {
    String declared = p.headers().first("Content-Type");
    boolean composite =
        p.type().equals("message")
            || declared != null && Content.lower(declared.strip()).startsWith("multipart");
    return switch (p.encoding()) {
      case "7bit", "8bit", "binary" ->
          !composite && p.headers().complete() && p.bodyStart() > p.headerStart();
      default -> false;
    };
  }

  private void copy(List<Treatment> treatments, OutputStream to) throws IOException {
    try (InputStream in = message.open()) {
      Copy c = new Copy(in, to);
      for (int i = 0; i < treatments.size(); i++) {
        Part p = parts.get(i);
        switch (treatments.get(i)) {
          case AS_LINES -> {}
          case VERBATIM -> {
            c.lines(p.bodyStart());
            c.verbatim(p.bodyEnd());
          }
          case BASE64 -> {
            header(c, p, "base64");
            c.base64(p.bodyEnd());
          }
          case RELABELLED -> header(c, p, "8bit");
        }
      }
      c.lines(Long.MAX_VALUE);
    }
  }

  private void header(Copy c, Part p, String encoding) throws IOException {
    List<Headers.Header> fields = p.headers().all();
    c.lines(fields.isEmpty() ? p.headerStart() : fields.getFirst().offset());
    if (p == structure && p.headers().first("MIME-Version") == null) {
      c.insert("MIME-Version: 1.0\r\n"); // RFC 2045 §4
    }
    c.insert(ENCODING + ": " + encoding + "\r\n");
    for (Headers.Header f : fields) {
      if (f.name().equalsIgnoreCase(ENCODING)) {
        c.lines(f.offset());
        c.drop(f.offset() + f.length());
        if (f.offset() + f.length() == p.bodyStart()) {
          c.insert("\r\n"); // the blank line was counted to the last field
        }
      }
    }
    c.lines(p.bodyStart());
  }

  /// The index of the next NUL, or `to`.
  private static int nextNul(byte[] b, int from, int to) {
    int i = Octets.indexOf(b, from, to, '\0');
    return i < 0 ? to : i;
  }

  /// Copies the message up to an offset, in one of four ways.
  private static final class Copy {
    private final InputStream in;
    private final LineEnds out;
    private final byte[] buffer = new byte[PIECE];
    private long at;

    Copy(InputStream in, OutputStream out) {
      this.in = in;
      this.out = new LineEnds(out);
    }

    private interface Sink {
      void take(byte[] b, int off, int len) throws IOException;
    }

    void lines(long to) throws IOException {
      run(to, out::write);
    }

    void verbatim(long to) throws IOException {
      run(to, out::verbatim);
    }

    void drop(long to) throws IOException {
      run(to, (b, off, len) -> {});
    }

    void base64(long to) throws IOException {
      try (OutputStream encoder = Base64.getMimeEncoder().wrap(new Unclosed(out))) {
        run(to, encoder::write);
      }
    }

    void insert(String ascii) throws IOException {
      byte[] b = ascii.getBytes(StandardCharsets.US_ASCII);
      out.write(b, 0, b.length);
    }

    private void run(long to, Sink sink) throws IOException {
      while (at < to) {
        int n = in.read(buffer, 0, (int) Math.min(PIECE, to - at));
        if (n < 0) {
          if (to == Long.MAX_VALUE) {
            return;
          }
          throw new EOFException("message ends at " + at + " before " + to);
        }
        sink.take(buffer, 0, n);
        at += n;
      }
    }
  }

  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      out.write(b, off, len);
    }

    @Override
    public void close() {}
  }
}
