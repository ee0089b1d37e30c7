package org.posthorn.app.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.posthorn.net.Connection;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.Listener;

/// Reads one request, answers it and ends.
///
/// @param answers what is asked by GET; HEAD is answered without the body
public record HttpHandler(Function<HttpRequest, HttpAnswer> answers) implements Listener.Handler {
  /// What a connection reads that a limit keeps out.
  public static final String FULL =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  /// For the whole of a request.
  public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /// Octets of one line of a request, and how many lines.
  private static final int LINE_MAX = 8 * 1024;

  private static final int LINES_MAX = 100;

  @Override
  public void serve(Connection c) throws IOException {
    c.deadline(REQUEST_TIMEOUT);
    String[] first;
    String host;
    try {
      first = first(c);
      host = first == null ? null : first.length < 2 ? "" : host(c);
    } catch (LineTooLongException e) {
      write(c, false, HttpAnswer.text("431 Request Header Fields Too Large", "a line is too long"));
      return;
    }
    if (host == null) {
      return; // it left before the request was whole
    }
    if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
      write(c, false, HttpAnswer.text("400 Bad Request", "this is not an HTTP/1.1 request"));
      return;
    }
    boolean head = first[0].equals("HEAD");
    if (!head && !first[0].equals("GET")) {
      String allow = "Allow: GET, HEAD\r\n";
      write(c, false, HttpAnswer.text("405 Method Not Allowed", allow, "only GET and HEAD"));
      return;
    }
    int query = first[1].indexOf('?');
    String path = query < 0 ? first[1] : first[1].substring(0, query);
    write(c, head, answers.apply(new HttpRequest(host, path)));
  }

  /// The words of the request's first line; null at the end.
  private static String[] first(Connection c) throws IOException {
    byte[] line = c.in().readLine(LINE_MAX);
    return line == null ? null : new String(line, StandardCharsets.ISO_8859_1).split(" ", -1);
  }

  /// Reads the fields; null at the end.
  private static String host(Connection c) throws IOException {
    String host = "";
    byte[] line = c.in().readLine(LINE_MAX);
    for (int n = 0; line != null && line.length > 0; n++) {
      if (n == LINES_MAX) {
        throw new LineTooLongException(LINES_MAX);
      }
      String text = new String(line, StandardCharsets.ISO_8859_1);
      if (host.isEmpty() && text.regionMatches(true, 0, "host:", 0, 5)) {
        host = text.substring(5).strip().toLowerCase(Locale.ROOT);
        host = host.replaceFirst(":[0-9]*$", "");
      }
      line = c.in().readLine(LINE_MAX);
    }
    return line == null ? null : host;
  }

  private static void write(Connection c, boolean head, HttpAnswer answer) throws IOException {
    c.out()
        .ascii("HTTP/1.1 " + answer.status() + "\r\n" + answer.fields())
        .ascii("Content-Length: " + answer.body().length + "\r\nConnection: close\r\n\r\n");
    if (!head) {
      c.out().bytes(answer.body());
    }
    c.out().flush();
  }
}
