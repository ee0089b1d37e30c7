package org.posthorn.imap.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.mime.Charsets;
import org.posthorn.mime.EncodedWords;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MailDate;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;
import org.posthorn.mime.TransferDecoder;
import org.posthorn.store.Account;
import org.posthorn.store.MessageRow;

/// One message as SEARCH looks at it: header fields with encoded words decoded, text parts with
/// transfer encoding and charset undone. Everything is read when it is asked for, headers once.
final class SearchText {
  /// More of a header is not looked at.
  private static final int HEADER_MAX = 4 << 20;

  /// A field's name and its folded value.
  private record Field(String name, String value) {}

  private final Account account;
  private final MessageRow row;
  private Part structure;
  private List<Field> fields;
  private Headers headers;

  SearchText(Account account, MessageRow row) {
    this.account = account;
    this.row = row;
  }

  /// Whether the message belongs to the thread (RFC 8474 §6).
  boolean thread(String id) {
    return row.thread().toString().equals(id);
  }

  /// Whether a field of that name contains the text; with an empty text, whether there is one.
  boolean header(String name, String text) throws IOException {
    String folded = FoldedText.of(text);
    for (Field f : fields()) {
      if (f.name.equalsIgnoreCase(name) && f.value.contains(folded)) {
        return true;
      }
    }
    return false;
  }

  /// RFC 3501 §6.4.4: the date of the Date field, time and zone disregarded. Without one: no.
  boolean sent(SearchKey.Day day) throws IOException {
    fields();
    String date = headers.first("Date");
    OffsetDateTime t = date == null ? null : MailDate.parse(date);
    return t != null && SearchRun.within(day, t.toLocalDate().toEpochDay());
  }

  boolean body(String text) throws IOException {
    return inBody(structure(), FoldedText.of(text));
  }

  boolean anywhere(String text) throws IOException {
    String folded = FoldedText.of(text);
    for (Field f : fields()) {
      if (f.value.contains(folded)
          || FoldedText.of(f.name + ": ").concat(f.value).contains(folded)) {
        return true;
      }
    }
    return inBody(structure(), folded);
  }

  private Part structure() {
    if (structure == null) {
      structure = row.structure();
    }
    return structure;
  }

  private List<Field> fields() throws IOException {
    if (fields == null) {
      headers = headersOf(structure());
      fields = folded(headers);
    }
    return fields;
  }

  private Headers headersOf(Part p) throws IOException {
    int n = (int) Math.min(p.bodyStart() - p.headerStart(), HEADER_MAX);
    return n == 0
        ? Headers.NONE
        : MimeScanner.scan(account.bytes(row, p.headerStart(), n)).headers();
  }

  private static List<Field> folded(Headers headers) {
    List<Field> all = new ArrayList<>();
    for (Headers.Header h : headers.all()) {
      all.add(new Field(h.name(), FoldedText.of(EncodedWords.decode(h.value()))));
    }
    return all;
  }

  /// Text parts, and the headers of parts and of messages inside.
  private boolean inBody(Part p, String folded) throws IOException {
    for (Part child : p.children()) {
      for (Field f : folded(headersOf(child))) {
        if (f.value.contains(folded)) {
          return true;
        }
      }
      if (inBody(child, folded)) {
        return true;
      }
    }
    if (!p.children().isEmpty() || !p.text() || p.size() == 0) {
      return false;
    }
    try (InputStream raw = account.read(row, p.bodyStart(), p.size());
        Reader text =
            new InputStreamReader(
                new BufferedInputStream(TransferDecoder.decode(raw, p.encoding())), charset(p))) {
      return FoldedText.contains(text, folded);
    }
  }

  /// Text that says nothing of its charset, or not the truth, is most likely UTF-8.
  private static Charset charset(Part p) {
    String name = p.parameter("charset");
    Charset c = name == null ? null : Charsets.find(name.toLowerCase(Locale.ROOT));
    return c == null || c.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : c;
  }
}
