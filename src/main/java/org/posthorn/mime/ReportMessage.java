package org.posthorn.mime;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A delivery status notification as a message: multipart/report of a text for people, a
/// [DeliveryReport] for machines, and what comes back of the message it is about (RFC 6522 §3, RFC
/// 3464 §2, RFC 6533 §4).
///
/// Nothing that is put into it can begin a field or a part of its own: texts are on one line and
/// without control characters, and the boundary is the caller's, whom nobody may guess.
///
/// @param from a name for people, and an address
/// @param messageId without brackets; likewise `references`, the oldest first, of which only those
///   are taken that can stand in a header
/// @param language of the text, as `en`
/// @param text lines end in LF; none should be longer than a screen is wide
/// @param original null: nothing comes back
/// @param boundary of letters and digits, at most 60
/// @param utf8 it goes only to those who take UTF-8 in a header (RFC 6531); otherwise header and
///   report are ASCII, and the parts encoded where they must be
public record ReportMessage(
    String from,
    EmailAddress sender,
    EmailAddress to,
    String subject,
    OffsetDateTime date,
    String messageId,
    List<String> references,
    String language,
    String text,
    DeliveryReport report,
    Original original,
    String boundary,
    boolean utf8) {
  /// More of a header does not come back.
  public static final int HEADER_MAX = 64 * 1024;

  /// Of longer lists of references, the first and the newest.
  private static final int REFERENCES_MAX = 20;

  private static final int ID_MAX = 250;
  private static final int SUBJECT_MAX = 300;
  private static final int LINE = 76;
  private static final int PIECE = 16 * 1024;

  public ReportMessage {
    references = usable(references);
    if (!boundary.matches("[A-Za-z0-9]{1,60}")) {
      throw new IllegalArgumentException("no boundary: " + boundary);
    }
    if (!utf8 && !(to.isAscii() && sender.isAscii())) {
      throw new IllegalArgumentException("an address that needs UTF-8");
    }
  }

  /// The message that the report is about.
  ///
  /// @param source all its octets
  /// @param whole false: only its header comes back
  /// @param utf8 its header may hold UTF-8 (RFC 6532)
  public record Original(BinaryRewrite.Source source, boolean whole, boolean utf8) {}

  /// Writes the message with CRLF line ends.
  ///
  /// @return whether its body has octets above 127, so that it is for hosts with 8BITMIME only
  public boolean write(OutputStream out) throws IOException {
    Returned back = original == null ? null : Returned.of(original, utf8);
    boolean eightBit = utf8 && report.global() || back != null && back.encoding().equals("8bit");
    header(out, eightBit);
    part(out, "text/plain; charset=" + (DeliveryReport.isAscii(text) ? "us-ascii" : "utf-8"));
    text(out);
    report(out);
    if (back != null) {
      returned(out, back);
    }
    ascii(out, "\r\n--" + boundary + "--\r\n");
    return eightBit;
  }

  private void header(OutputStream out, boolean eightBit) throws IOException {
    field(out, "From", from + " <" + sender + ">");
    field(out, "To", to.toString());
    String line = DeliveryReport.clean(subject);
    line = line.length() > SUBJECT_MAX ? cut(line) : line;
    field(out, "Subject", utf8 ? line : EncodedWords.encode(line));
    field(out, "Date", MailDate.format(date));
    field(out, "Message-ID", "<" + messageId + ">");
    if (!references.isEmpty()) {
      field(out, "In-Reply-To", "<" + references.getLast() + ">");
      field(out, "References", "<" + String.join("> <", references) + ">");
    }
    // RFC 3834 §5.1: so that nobody's program answers it.
    field(out, "Auto-Submitted", "auto-replied");
    field(out, "MIME-Version", "1.0");
    field(
        out,
        "Content-Type",
        "multipart/report; report-type=delivery-status; boundary=\"" + boundary + "\"");
    // RFC 2045 §6.4: as the parts.
    field(out, "Content-Transfer-Encoding", eightBit ? "8bit" : "7bit");
    ascii(out, "\r\nThis is a report in several parts, for programs that know MIME.\r\n");
  }

  private static String cut(String line) {
    boolean half = Character.isHighSurrogate(line.charAt(SUBJECT_MAX - 1));
    return line.substring(0, half ? SUBJECT_MAX - 1 : SUBJECT_MAX) + "…";
  }

  private void part(OutputStream out, String type) throws IOException {
    ascii(out, "\r\n--" + boundary + "\r\nContent-Type: " + type + "\r\n");
  }

  private void text(OutputStream out) throws IOException {
    field(out, "Content-Language", language);
    field(out, "Content-Description", "Notification");
    byte[] b = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    boolean plain = DeliveryReport.isAscii(text);
    field(out, "Content-Transfer-Encoding", plain ? "7bit" : "quoted-printable");
    ascii(out, "\r\n");
    if (plain) {
      out.write(b);
    } else {
      QuotedPrintable.encode(b, out);
    }
  }

  private void report(OutputStream out) throws IOException {
    boolean global = report.global();
    part(out, global ? "message/global-delivery-status" : "message/delivery-status");
    field(out, "Content-Description", "Delivery report");
    byte[] b = report.format(global).getBytes(StandardCharsets.UTF_8);
    if (!global) {
      ascii(out, "\r\n");
      out.write(b);
      return;
    }
    field(out, "Content-Transfer-Encoding", utf8 ? "8bit" : "quoted-printable");
    ascii(out, "\r\n");
    if (utf8) {
      out.write(b);
    } else {
      QuotedPrintable.encode(b, out);
    }
  }

  /// What comes back, and how it is encoded.
  ///
  /// @param header null: the whole message
  private record Returned(Original original, byte[] header, String encoding) {
    static Returned of(Original original, boolean utf8) throws IOException {
      if (!original.whole()) {
        byte[] header = headerOf(original.source());
        String encoding = !isEightBit(header, header.length) ? "7bit" : "quoted-printable";
        boolean raw = utf8 && encoding.equals("quoted-printable");
        return new Returned(original, header, raw ? "8bit" : encoding);
      }
      boolean eightBit = false;
      try (InputStream in = original.source().open()) {
        byte[] b = new byte[PIECE];
        for (int n = in.read(b); n > 0 && !eightBit; n = in.read(b)) {
          eightBit = isEightBit(b, n);
        }
      }
      // RFC 2046 §5.2.1: message/rfc822 is never encoded; RFC 6532 §3.7: message/global may be.
      boolean encode = original.utf8() && eightBit && !utf8;
      return new Returned(original, null, encode ? "base64" : eightBit ? "8bit" : "7bit");
    }

    String type() {
      if (header == null) {
        return original.utf8() ? "message/global" : "message/rfc822";
      }
      return original.utf8() ? "message/global-headers" : "text/rfc822-headers";
    }
  }

  private void returned(OutputStream out, Returned back) throws IOException {
    part(out, back.type());
    boolean whole = back.header() == null;
    field(out, "Content-Description", whole ? "The message" : "Header of the message");
    field(out, "Content-Transfer-Encoding", back.encoding());
    ascii(out, "\r\n");
    switch (back.encoding()) {
      case "quoted-printable" -> QuotedPrintable.encode(back.header(), out);
      case "base64" -> {
        try (InputStream in = original.source().open();
            var encoder = Base64.getMimeEncoder().wrap(new Unclosed(out))) {
          in.transferTo(encoder);
        }
      }
      default -> {
        if (whole) {
          try (InputStream in = original.source().open()) {
            in.transferTo(new LineEnds(out));
          }
        } else {
          out.write(back.header());
        }
      }
    }
  }

  /// With its last line end and without the blank line.
  private static byte[] headerOf(BinaryRewrite.Source source) throws IOException {
    byte[] b;
    try (InputStream in = source.open()) {
      b = in.readNBytes(HEADER_MAX);
    }
    int line = 0;
    int end = 0;
    while (line < b.length) {
      int lf = Octets.indexOf(b, line, b.length, '\n');
      if (lf == line || lf == line + 1 && b[line] == '\r') {
        break;
      }
      end = lf < 0 ? (b.length < HEADER_MAX ? b.length : end) : lf + 1;
      line = lf < 0 ? b.length : lf + 1;
    }
    var out = new ByteArrayOutputStream(end + 64);
    try (var lines = new LineEnds(out)) {
      lines.write(b, 0, end);
    }
    return out.toByteArray();
  }

  private static boolean isEightBit(byte[] b, int length) {
    for (int i = 0; i < length; i++) {
      if (b[i] < 0) {
        return true;
      }
    }
    return false;
  }

  /// Folded at spaces.
  private static void field(OutputStream out, String name, String value) throws IOException {
    var text = new StringBuilder(name).append(':');
    int column = text.length();
    for (String word : value.split("[ \\p{Cntrl}]+")) {
      if (column + 1 + word.length() > LINE && column > name.length() + 1) {
        text.append("\r\n");
        column = 0;
      }
      text.append(' ').append(word);
      column += 1 + word.length();
    }
    out.write(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void ascii(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static List<String> usable(List<String> ids) {
    List<String> all = new ArrayList<>();
    for (String id : ids) {
      boolean fits =
          !id.isEmpty()
              && id.length() <= ID_MAX
              && id.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '<' && c != '>');
      if (fits) {
        all.add(id);
      }
    }
    if (all.size() > REFERENCES_MAX) {
      all.subList(1, all.size() - REFERENCES_MAX + 1).clear();
    }
    return List.copyOf(all);
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
