package org.posthorn.app;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// What a web server answered (RFC 9112). Only the body of a 200 is read.
///
/// @param fields by their names in lower case; of those that are there twice the first
record HttpReply(int status, Map<String, String> fields, byte[] body) {
  /// Octets of one line of the head, and how many lines.
  private static final int LINE_MAX = 8 * 1024;

  private static final int LINES_MAX = 100;

  /// Answers that only announce another one (RFC 9110 §15.2).
  private static final int INTERIM_MAX = 5;

  private static final int OK = 200;

  /// The value of a field, "" without.
  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /// @param bodyMax octets of the body
  /// @throws IOException that says what is wrong, printable ASCII; the stream is of no use then
  static HttpReply read(InputStream in, int bodyMax) throws IOException {
    for (int i = 0; i < INTERIM_MAX; i++) {
      int status = status(line(in));
      Map<String, String> fields = fields(in);
      if (status >= OK) {
        byte[] body = status == OK ? body(in, fields, bodyMax) : new byte[0];
        return new HttpReply(status, fields, body);
      }
    }
    throw new ProtocolException("nothing but announcements");
  }

  private static int status(String line) throws ProtocolException {
    if (!line.matches("HTTP/1\\.[0-9] [1-5][0-9][0-9](?: .*)?")) {
      throw new ProtocolException("that is not HTTP");
    }
    int at = line.indexOf(' ') + 1;
    return Integer.parseInt(line.substring(at, at + 3));
  }

  private static Map<String, String> fields(InputStream in) throws IOException {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < LINES_MAX; i++) {
      String line = line(in);
      if (line.isEmpty()) {
        return fields;
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new ProtocolException("that is not HTTP");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      fields.putIfAbsent(name, line.substring(colon + 1).strip());
    }
    throw new ProtocolException("the head of the answer is too long");
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer ends too early");
      }
      if (line.size() == LINE_MAX) {
        throw new ProtocolException("a line of the answer is too long");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static byte[] body(InputStream in, Map<String, String> fields, int max)
      throws IOException {
    String coding = fields.getOrDefault("content-encoding", "identity");
    if (!coding.equalsIgnoreCase("identity")) {
      throw new ProtocolException("the answer is packed, which nobody asked for");
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String transfer = fields.get("transfer-encoding");
    String length = fields.get("content-length");
    if (transfer != null) { // which overrides a length (RFC 9112 §6.3)
      if (!transfer.equalsIgnoreCase("chunked")) {
        throw new ProtocolException("the answer comes in a way that nobody asked for");
      }
      chunks(in, body, max);
    } else if (length != null) {
      take(in, body, number(length, 10), max);
    } else {
      byte[] all = in.readNBytes(max + 1);
      fits(all.length, max);
      body.writeBytes(all);
    }
    return body.toByteArray();
  }

  /// RFC 9112 §7.1; the fields behind the last one are not read.
  private static void chunks(InputStream in, ByteArrayOutputStream body, int max)
      throws IOException {
    while (true) {
      String line = line(in);
      int semicolon = line.indexOf(';');
      String size = semicolon < 0 ? line : line.substring(0, semicolon);
      long octets = number(size.strip(), 16);
      if (octets == 0) {
        return;
      }
      take(in, body, octets, max);
      if (!line(in).isEmpty()) {
        throw new ProtocolException("a chunk does not end where it should");
      }
    }
  }

  private static void take(InputStream in, ByteArrayOutputStream body, long octets, int max)
      throws IOException {
    fits(body.size() + octets, max);
    byte[] some = in.readNBytes((int) octets);
    if (some.length < octets) {
      throw new EOFException("the answer ends too early");
    }
    body.writeBytes(some);
  }

  private static void fits(long octets, int max) throws ProtocolException {
    if (octets > max) {
      throw new ProtocolException("the answer has more than " + max + " octets");
    }
  }

  private static long number(String digits, int radix) throws ProtocolException {
    if (!digits.matches(radix == 16 ? "[0-9a-fA-F]{1,8}" : "[0-9]{1,10}")) {
      throw new ProtocolException("a length in the answer is no number");
    }
    return Long.parseLong(digits, radix);
  }
}
