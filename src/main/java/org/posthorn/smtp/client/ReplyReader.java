package org.posthorn.smtp.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.mime.VisibleText;
import org.posthorn.net.LineTooLongException;

/// Reads replies (RFC 5321 §4.2), of which each is bounded whatever is sent.
final class ReplyReader {
  /// RFC 5321 §4.5.3.1.5 has 512; some servers explain themselves at length.
  static final int LINE_MAX = 4096;

  static final int LINES_MAX = 200;

  /// Octets of a reply that are read.
  static final int TOTAL_MAX = 64 * 1024;

  /// Characters of a reply that are kept, unless it is to be understood.
  static final int KEPT_MAX = 4096;

  /// The same if it is one to EHLO.
  static final int KEPT_OF_HELLO_MAX = TOTAL_MAX;

  // RFC 3463 §2
  private static final Pattern ENHANCED =
      Pattern.compile("([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?: +|$)(.*)", Pattern.DOTALL);

  /// Gives one line after another without its end; null at the end of the stream.
  @FunctionalInterface
  interface Lines {
    byte[] next(int max) throws IOException;
  }

  private final Lines in;

  /// @throws ProtocolException when what comes is no reply, or one beyond all bounds
  /// @throws EOFException at the end of the stream
  RemoteReply read(int keptMax) throws IOException {
    List<String> lines = new ArrayList<>();
    int code = 0;
    int total = 0;
    int kept = 0;
    String enhanced = null; // that of all lines; "" when they differ
    for (boolean more = true; more; ) {
      byte[] line = line();
      total += line.length;
      if (lines.size() == LINES_MAX || total > TOTAL_MAX) {
        throw new ProtocolException("a reply without end");
      }
      int said = code(line);
      if (code != 0 && code / 100 != said / 100) {
        throw new ProtocolException("a reply that says both " + code + " and " + said);
      }
      code = said;
      more = line.length > 3 && line[3] == '-';
      String text = text(line);
      Matcher m = ENHANCED.matcher(text);
      boolean has = m.matches() && m.group(1).charAt(0) == line[0];
      if (has) {
        text = m.group(2);
      }
      if (enhanced == null) {
        enhanced = has ? m.group(1) : "";
      }
      String cut = text.substring(0, Math.min(text.length(), keptMax - kept));
      kept += cut.length();
      lines.add(cut);
    }
    return new RemoteReply(code, enhanced, trimmed(lines));
  }

  ReplyReader(Lines in) {
    this.in = in;
  }

  private byte[] line() throws IOException {
    byte[] line;
    try {
      line = in.next(LINE_MAX);
    } catch (LineTooLongException e) {
      throw new ProtocolException("a reply line longer than " + LINE_MAX + " octets");
    }
    if (line == null) {
      throw new EOFException("the server closed the connection");
    }
    return line;
  }

  private static int code(byte[] line) throws ProtocolException {
    boolean shaped = line.length == 3 || line.length > 3 && (line[3] == ' ' || line[3] == '-');
    int code = 0;
    for (int i = 0; shaped && i < 3; i++) {
      shaped = line[i] >= '0' && line[i] <= '9';
      code = code * 10 + line[i] - '0';
    }
    if (!shaped || code < 200 || code > 599) {
      String seen =
          text(
              ("    " + new String(line, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
      throw new ProtocolException(
          "no SMTP reply: " + seen.substring(0, Math.min(seen.length(), 80)));
    }
    return code;
  }

  /// What follows the code. Printable characters only: it goes into logs, notices and terminals.
  private static String text(byte[] line) {
    if (line.length <= 4) {
      return "";
    }
    String raw = new String(line, 4, line.length - 4, StandardCharsets.UTF_8);
    return VisibleText.of(raw).strip();
  }

  /// Without what was cut to nothing at the end.
  private static List<String> trimmed(List<String> lines) {
    int n = lines.size();
    while (n > 1 && lines.get(n - 1).isEmpty()) {
      n--;
    }
    return lines.subList(0, n);
  }
}
