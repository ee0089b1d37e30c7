package org.posthorn.mime;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The text of one message as SEARCH looks at it (RFC 3501 §6.4.4): header fields with encoded
/// words decoded, text parts with transfer encoding and charset undone, all of it
/// [folded][Collation#fold]. What a search compares and what an index is made of come from here
/// alike.
///
/// Everything is read when it is asked for, the header once. One thread at a time.
public final class MessageText {
  /// More of a header is not looked at.
  private static final int HEADER_MAX = 4 << 20;

  /// Up to so many octets a part is read at once.
  private static final int WHOLE_MAX = 16 * 1024;

  /// Where the octets of the message come from.
  public interface Source {
    byte[] bytes(long from, int length) throws IOException;

    InputStream stream(long from, long length) throws IOException;
  }

  /// @param name as written
  /// @param value folded
  /// @param collation by which
  public record Field(String name, String value, Collation collation) {
    /// The folded field with its name, which TEXT looks at.
    public String line() {
      return collation.fold(name + ": ").concat(value);
    }
  }

  private final Part structure;
  private final Source source;
  private final Collation collation;
  private Headers headers;
  private List<Field> fields;

  /// @param structure with offsets that `source` understands
  public MessageText(Part structure, Source source) {
    this(structure, source, Collation.UNICODE_CASEMAP);
  }

  private MessageText(Part structure, Source source, Collation collation) {
    this.structure = structure;
    this.source = source;
    this.collation = collation;
  }

  /// The same message, folded otherwise.
  public MessageText by(Collation other) {
    return other == collation ? this : new MessageText(structure, source, other);
  }

  /// The header as it was written.
  public Headers headers() throws IOException {
    if (headers == null) {
      headers = headersOf(structure);
    }
    return headers;
  }

  /// The fields of the message's own header.
  public List<Field> fields() throws IOException {
    if (fields == null) {
      fields = folded(headers());
    }
    return fields;
  }

  /// Whether a field of that name contains the folded text; with an empty one, whether there is a
  /// field.
  public boolean header(String name, String folded) throws IOException {
    Needle wanted = new Needle(folded);
    for (Field f : fields()) {
      if (f.name.equalsIgnoreCase(name) && wanted.in(f.value)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the body contains the folded text.
  public boolean body(String folded) throws IOException {
    return body(new FoldedText.Seeker(new Needle(folded)));
  }

  /// Whether header or body contain the folded text.
  public boolean anywhere(String folded) throws IOException {
    Needle wanted = new Needle(folded);
    for (Field f : fields()) {
      if (wanted.in(f.value) || wanted.in(f.line())) {
        return true;
      }
    }
    return body(new FoldedText.Seeker(wanted));
  }

  /// Gives all texts of the body to the taker: text parts, and the header fields of parts and of
  /// messages inside. True if the taker had enough.
  public boolean body(FoldedText.Taker taker) throws IOException {
    return body(structure, taker);
  }

  private boolean body(Part p, FoldedText.Taker taker) throws IOException {
    for (Part child : p.children()) {
      for (Field f : folded(headersOf(child))) {
        taker.begin();
        if (taker.take(f.value)) {
          return true;
        }
      }
      if (body(child, taker)) {
        return true;
      }
    }
    return p.children().isEmpty() && p.text() && p.size() > 0 && text(p, taker);
  }

  private boolean text(Part p, FoldedText.Taker taker) throws IOException {
    try (InputStream raw = source.stream(p.bodyStart(), p.size());
        InputStream octets = TransferDecoder.decode(raw, p.encoding())) {
      if (p.size() <= WHOLE_MAX) {
        taker.begin();
        return taker.take(collation.fold(octets.readAllBytes(), charset(p)));
      }
      Reader text = new InputStreamReader(new BufferedInputStream(octets), charset(p));
      return FoldedText.read(text, collation, taker);
    }
  }

  private Headers headersOf(Part p) throws IOException {
    int n = (int) Math.min(p.bodyStart() - p.headerStart(), HEADER_MAX);
    return n == 0 ? Headers.NONE : MimeScanner.scan(source.bytes(p.headerStart(), n)).headers();
  }

  private List<Field> folded(Headers headers) {
    List<Field> all = new ArrayList<>();
    for (Headers.Header h : headers.all()) {
      String value = EncodedWords.decode(h.value());
      all.add(new Field(h.name(), collation.fold(value), collation));
    }
    return all;
  }

  /// Text that says nothing of its charset, or not the truth, is most likely UTF-8.
  private static Charset charset(Part p) {
    String name = p.parameter("charset");
    Charset c = name == null ? null : Charsets.find(name.toLowerCase(Locale.ROOT));
    return c == null || c.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : c;
  }
}
