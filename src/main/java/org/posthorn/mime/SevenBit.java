package org.posthorn.mime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Makes of a message with 8-bit octets in its bodies one without, for servers that take no other
/// (RFC 6152 §3). Bodies of text become quoted-printable, all others base64, and their headers say
/// so; signed ones, too, for a message with a broken signature is better than none. What no part
/// owns, such as the text before the first boundary, has question marks instead.
///
/// Headers stay as they are, whatever they hold.
public final class SevenBit {
  private static final int PIECE = 8 * 1024;
  private static final String ENCODING = "Content-Transfer-Encoding";

  /// A message that can be read again.
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /// What happens to the octets up to an offset.
  private enum Mode {
    KEEP,
    DROP,
    MASK,
    QUOTED_PRINTABLE,
    BASE64,
    /// Quoted-printable already, but for the 8-bit octets, which must not be there.
    QUOTE_REST
  }

  private record Step(long to, Mode mode, String inserted) {}

  private final Source message;
  private final Part structure;
  private final List<Part> leaves = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private long at; // end of what the steps are about so far
  private boolean[] eightBit; // of the leaves
  private int planned; // leaves
  private boolean inHeaders;
  private boolean elsewhere;
  private boolean possible = true;

  private SevenBit(Source message, Part structure) {
    this.message = message;
    this.structure = structure;
  }

  /// Reads the message twice.
  public static SevenBit of(Source message) throws IOException {
    Part structure;
    try (InputStream in = message.open()) {
      structure = MimeScanner.scan(in);
    }
    SevenBit made = new SevenBit(message, structure);
    made.look();
    made.plan(structure);
    made.upTo(Long.MAX_VALUE, Mode.MASK);
    return made;
  }

  /// Whether a header, of the message or a part, holds 8-bit octets.
  public boolean headersEightBit() {
    return inHeaders;
  }

  /// Whether anything else does.
  public boolean bodiesEightBit() {
    for (boolean b : eightBit) {
      if (b) {
        return true;
      }
    }
    return elsewhere;
  }

  /// Whether it can be changed. A multipart that was not looked into, or a body in an encoding that
  /// nobody knows, cannot.
  public boolean possible() {
    return possible;
  }

  /// The message without 8-bit octets in its bodies; only if that is [#possible].
  public InputStream open() throws IOException {
    if (!possible) {
      throw new IllegalStateException("this message cannot be changed");
    }
    return new Rewritten(message.open());
  }

  private void look() throws IOException {
    List<Part> parts = new ArrayList<>();
    collect(structure, parts);
    eightBit = new boolean[leaves.size()];
    byte[] b = new byte[PIECE];
    long before = 0;
    int leaf = 0;
    int part = 0;
    try (InputStream in = message.open()) {
      for (int n = in.read(b, 0, PIECE); n >= 0; n = in.read(b, 0, PIECE)) {
        for (int i = 0; i < n; i++) {
          if (b[i] >= 0) {
            continue;
          }
          long offset = before + i;
          while (leaf < leaves.size() && leaves.get(leaf).bodyEnd() <= offset) {
            leaf++;
          }
          while (part + 1 < parts.size() && parts.get(part + 1).headerStart() <= offset) {
            part++;
          }
          if (leaf < leaves.size() && leaves.get(leaf).bodyStart() <= offset) {
            eightBit[leaf] = true;
          } else if (parts.get(part).headerStart() <= offset
              && offset < parts.get(part).bodyStart()) {
            inHeaders = true;
          } else {
            elsewhere = true;
          }
        }
        before += n;
      }
    }
  }

  /// All parts by the place of their headers.
  private void collect(Part p, List<Part> parts) {
    parts.add(p);
    if (p.children().isEmpty()) {
      leaves.add(p);
    }
    for (Part child : p.children()) {
      collect(child, parts);
    }
  }

  private void plan(Part p) {
    upTo(p.headerStart(), Mode.MASK);
    if (!p.children().isEmpty()) {
      boolean declared = p.encoding().equals("8bit") || p.encoding().equals("binary");
      header(p, declared ? "7bit" : null);
      for (Part child : p.children()) {
        plan(child);
      }
      return;
    }
    if (!eightBit[planned++]) {
      boolean declared = p.encoding().equals("8bit") && canEncode(p);
      header(p, declared ? "7bit" : null);
      upTo(p.bodyEnd(), Mode.KEEP);
      return;
    }
    switch (p.encoding()) {
      case "7bit", "8bit", "binary" -> {
        possible &= canEncode(p);
        header(p, p.text() ? "quoted-printable" : "base64");
        upTo(p.bodyEnd(), p.text() ? Mode.QUOTED_PRINTABLE : Mode.BASE64);
      }
      case "quoted-printable" -> {
        header(p, null);
        upTo(p.bodyEnd(), Mode.QUOTE_REST);
      }
      case "base64" -> { // RFC 2045 §6.8: they are to be ignored
        header(p, null);
        upTo(p.bodyEnd(), Mode.MASK);
      }
      default -> possible = false;
    }
  }

  /// RFC 2045 §6.4: a multipart or message is not encoded. Where the scanner did not look inside,
  /// the declared type tells.
  private static boolean canEncode(Part p) {
    String declared = p.headers().first("Content-Type");
    boolean composite =
        p.type().equals("message")
            || declared != null && Content.lower(declared.strip()).startsWith("multipart");
    return !composite && p.headers().complete() && p.bodyStart() > p.headerStart();
  }

  /// @param encoding null if the header stays as it is
  private void header(Part p, String encoding) {
    if (encoding != null) {
      List<Headers.Header> fields = p.headers().all();
      upTo(fields.isEmpty() ? p.headerStart() : fields.getFirst().offset(), Mode.KEEP);
      if (p == structure && p.headers().first("MIME-Version") == null) {
        insert("MIME-Version: 1.0\r\n"); // RFC 2045 §4
      }
      insert(ENCODING + ": " + encoding + "\r\n");
      for (Headers.Header f : fields) {
        if (f.name().equalsIgnoreCase(ENCODING)) {
          upTo(f.offset(), Mode.KEEP);
          upTo(f.offset() + f.length(), Mode.DROP);
          if (f.offset() + f.length() == p.bodyStart()) {
            insert("\r\n"); // the blank line was counted to the last field
          }
        }
      }
    }
    upTo(p.bodyStart(), Mode.KEEP);
  }

  private void upTo(long to, Mode mode) {
    if (to > at) {
      steps.add(new Step(to, mode, null));
      at = to;
    }
  }

  private void insert(String ascii) {
    steps.add(new Step(at, Mode.KEEP, ascii));
  }

  /// The message with all steps taken.
  private final class Rewritten extends InputStream {
    private final InputStream in;
    private long position;
    private int step;
    private InputStream now = InputStream.nullInputStream();

    Rewritten(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      if (len == 0) {
        return 0;
      }
      for (int n = now.read(b, off, len); ; n = now.read(b, off, len)) {
        if (n > 0) {
          return n;
        }
        if (step == steps.size()) {
          return -1;
        }
        now = begin(steps.get(step++));
      }
    }

    private InputStream begin(Step s) {
      if (s.inserted() != null) {
        return new ByteArrayInputStream(s.inserted().getBytes(StandardCharsets.US_ASCII));
      }
      InputStream piece = new Piece(s.to());
      return switch (s.mode()) {
        case KEEP -> piece;
        case DROP -> new Recoding(piece, Recoding.Way.DROP);
        case MASK -> new Recoding(piece, Recoding.Way.MASK);
        case QUOTED_PRINTABLE -> new Recoding(piece, Recoding.Way.QUOTED_PRINTABLE);
        case BASE64 -> new Recoding(piece, Recoding.Way.BASE64);
        case QUOTE_REST -> new Recoding(piece, Recoding.Way.QUOTE_REST);
      };
    }

    @Override
    public void close() throws IOException {
      in.close();
    }

    /// The octets up to an offset.
    private final class Piece extends InputStream {
      private final long to;

      Piece(long to) {
        this.to = to;
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        int n = position >= to ? -1 : in.read(b, off, (int) Math.min(len, to - position));
        position += Math.max(n, 0);
        return n;
      }
    }
  }
}
