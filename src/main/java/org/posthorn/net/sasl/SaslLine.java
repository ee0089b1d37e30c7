package org.posthorn.net.sasl;

import java.util.Arrays;
import java.util.Base64;

/// A line of a client during an exchange: base64, or `*`. The rules that SMTP (RFC 4954 §4), IMAP
/// (RFC 9051 §6.2.2) and POP3 (RFC 5034 §4) share.
public sealed interface SaslLine {
  /// The longest line, in octets: a response of [SaslServer#RESPONSE_MAX] in base64.
  int LINE_MAX = (SaslServer.RESPONSE_MAX + 2) / 3 * 4;

  /// The response, decoded.
  record Response(byte[] data) implements SaslLine {
    @Override
    public String toString() {
      return "Response[" + data.length + " octets]"; // may be a password
    }
  }

  /// The client gives up.
  record Cancelled() implements SaslLine {}

  /// Not base64 as RFC 4648 §4 has it, or too long.
  record Malformed(String reason) implements SaslLine {}

  /// Reads a line that answers a challenge.
  static SaslLine response(byte[] line) {
    if (line.length == 1 && line[0] == '*') {
      return new Cancelled();
    }
    return decode(line);
  }

  /// Reads an initial response, given together with the command: `=` stands for an empty one (RFC
  /// 4954 §4, RFC 4959 §3, RFC 5034 §4).
  static SaslLine initial(byte[] argument) {
    if (argument.length == 1 && argument[0] == '=') {
      return new Response(new byte[0]);
    }
    return decode(argument);
  }

  /// Base64 as it is written in a challenge.
  static String encode(byte[] challenge) {
    return Base64.getEncoder().encodeToString(challenge);
  }

  private static SaslLine decode(byte[] line) {
    if (line.length > LINE_MAX) {
      return new Malformed("too long");
    }
    byte[] data;
    try {
      data = Base64.getDecoder().decode(line);
    } catch (IllegalArgumentException e) {
      return new Malformed("not base64");
    }
    // The decoder forgives missing padding and stray bits at the end; whoever writes them is wrong.
    return Arrays.equals(Base64.getEncoder().encode(data), line)
        ? new Response(data)
        : new Malformed("not base64");
  }
}
