package org.posthorn.trust.list;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.Part;
import org.posthorn.mime.TransferDecoder;

/// The domains to which the links in a message lead, for lists of domains: of its plain texts and
/// its HTML, in the order in which they stand there, each shortened to what somebody can have
/// registered ([UrlScanner]). Attachments are not looked into.
///
/// Bounded: of a large message the begin of each text, of many domains the first.
public final class UrlHosts {
  static final int HOSTS_MAX = 20;

  /// Texts, octets of each, and of all of them, after decoding.
  private static final int PARTS_MAX = 50;

  private static final int PART_MAX = 256 << 10;
  private static final int ALL_MAX = 1 << 20;

  /// Where the octets of the message come from, from the first on.
  public interface Source {
    InputStream open() throws IOException;
  }

  private UrlHosts() {}

  /// @param structure with offsets that count from the first octet of the source
  public static List<String> of(Part structure, Source source) throws IOException {
    List<Part> texts = new ArrayList<>();
    gather(structure, texts);
    UrlScanner found = new UrlScanner(HOSTS_MAX);
    int left = ALL_MAX;
    try (InputStream in = source.open()) {
      Slice slice = new Slice(in);
      for (Part p : texts) {
        if (left == 0 || found.full() || !slice.moveTo(p.bodyStart(), p.size())) {
          break;
        }
        InputStream decoded = TransferDecoder.decode(slice, p.encoding());
        byte[] text = decoded.readNBytes(Math.min(left, PART_MAX));
        left -= text.length;
        // Whatever the charset: URLs are ASCII in nearly all, and names with other letters UTF-8.
        found.scan(new String(text, StandardCharsets.UTF_8), p.subtype().equals("html"));
      }
    }
    return found.hosts();
  }

  /// Texts in the order of their octets.
  private static void gather(Part part, List<Part> texts) {
    for (Part child : part.children()) {
      gather(child, texts);
    }
    boolean shown = part.children().isEmpty() && part.text() && part.size() > 0;
    if (shown && !"attachment".equals(part.disposition()) && texts.size() < PARTS_MAX) {
      texts.add(part);
    }
  }

  /// A piece of a stream.
  private static final class Slice extends InputStream {
    private final InputStream in;
    private long position;
    private long end;

    Slice(InputStream in) {
      this.in = in;
    }

    /// Goes forward to the next piece; false if the stream ends before it, or the piece lies behind
    /// us already.
    boolean moveTo(long start, long length) throws IOException {
      if (start < position) {
        return false;
      }
      long missing = start - position;
      while (missing > 0) {
        long n = in.skip(missing);
        if (n <= 0) {
          if (in.read() < 0) {
            return false;
          }
          n = 1;
        }
        missing -= n;
      }
      position = start;
      end = start + length;
      return true;
    }

    @Override
    public int read() throws IOException {
      if (position >= end) {
        return -1;
      }
      int b = in.read();
      position = b < 0 ? end : position + 1;
      return b;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      if (len == 0) {
        return 0;
      }
      if (position >= end) {
        return -1;
      }
      int n = in.read(b, off, (int) Math.min(len, end - position));
      position = n < 0 ? end : position + n;
      return n;
    }
  }
}
