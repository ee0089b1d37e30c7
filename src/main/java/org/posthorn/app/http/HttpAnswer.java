package org.posthorn.app.http;

import java.nio.charset.StandardCharsets;

/// What is answered.
///
/// @param status code and words, as `200 OK`
/// @param fields lines, each with CRLF, beyond those that every answer has; mostly the type
public record HttpAnswer(String status, String fields, byte[] body) {
  private static final String TEXT = "Content-Type: text/plain; charset=utf-8\r\n";

  public static HttpAnswer of(String type, byte[] body) {
    return new HttpAnswer("200 OK", "Content-Type: " + type + "\r\n", body);
  }

  /// One line of text.
  public static HttpAnswer text(String status, String line) {
    return text(status, "", line);
  }

  static HttpAnswer text(String status, String fields, String line) {
    return new HttpAnswer(status, fields + TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
