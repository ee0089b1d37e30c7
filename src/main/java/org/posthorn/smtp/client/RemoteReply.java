package org.posthorn.smtp.client;

import java.util.List;

/// What another server answered.
///
/// @param code 200 to 599
/// @param enhanced as `5.1.1` (RFC 3463), its class that of the code; "" if there was none, or a
///   senseless one
/// @param lines without codes; printable ASCII and UTF-8, other octets replaced; cut to a bound
public record RemoteReply(int code, String enhanced, List<String> lines) {
  public RemoteReply {
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException("no SMTP reply: " + code);
    }
    lines = List.copyOf(lines);
  }

  public boolean positive() {
    return code < 400;
  }

  public boolean permanent() {
    return code >= 500;
  }

  /// On one line, for logs and notices.
  @Override
  public String toString() {
    return code + (enhanced.isEmpty() ? " " : " " + enhanced + " ") + String.join(" / ", lines);
  }
}
