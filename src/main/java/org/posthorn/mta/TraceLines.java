package org.posthorn.mta;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.MailDate;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.ReversePath;

/// The lines we put on top of a message: Return-Path and Received (RFC 5321 §4.4), and
/// Delivered-To, which says by which address it came into an account.
final class TraceLines {
  private TraceLines() {}

  /// Of a message that came over a connection.
  ///
  /// @param hostname ours
  /// @param id ours, as in the reply and in the logs
  /// @param only the recipient, if there is only one: with several, `for` would tell each about the
  ///   others (RFC 5321 §7.2); else null
  static byte[] received(
      String hostname,
      Client client,
      MailOptions options,
      QueueId id,
      String only,
      OffsetDateTime at) {
    var out = new StringBuilder(256);
    out.append("Received: from ").append(sender(client));
    out.append("\r\n\tby ")
        .append(hostname)
        .append(" (Posthorn) with ")
        .append(client.with(options.utf8()));
    if (client.tls() != null) {
      out.append(" (").append(client.tls().version());
      out.append(' ').append(client.tls().cipher()).append(')');
    }
    if (options.priority() != 0) {
      out.append("\r\n\tPRIORITY ").append(options.priority()); // RFC 6710 §4.1
    }
    return end(out, id, only, at);
  }

  /// Of a message that came from this machine, without SMTP.
  ///
  /// @param who account or program that handed it over, for the comment
  static byte[] received(String hostname, String who, QueueId id, String only, OffsetDateTime at) {
    var out = new StringBuilder(256);
    out.append("Received: by ").append(hostname).append(" (Posthorn, from ");
    out.append(comment(who)).append(')');
    return end(out, id, only, at);
  }

  private static byte[] end(StringBuilder out, QueueId id, String only, OffsetDateTime at) {
    out.append("\r\n\tid ").append(id);
    if (only != null) {
      out.append("\r\n\tfor ").append(only);
    }
    out.append(";\r\n\t").append(MailDate.format(at)).append("\r\n");
    return out.toString().getBytes(StandardCharsets.UTF_8); // RFC 6531 §3.7.3
  }

  /// What goes before the octets in an account.
  ///
  /// @param received Received lines, with CRLF
  static byte[] head(ReversePath from, EmailAddress deliveredTo, byte[] received) {
    byte[] lines =
        ("Return-Path: " + from + "\r\nDelivered-To: " + deliveredTo + "\r\n")
            .getBytes(StandardCharsets.UTF_8);
    return joined(lines, received);
  }

  /// Lines, one behind the other.
  static byte[] joined(byte[] a, byte[] b) {
    byte[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  /// `name ([address])`; a name that the grammar does not have goes into the comment.
  private static String sender(Client client) {
    String literal = literal(client.endpoint().remote().getAddress());
    String name = client.hello();
    if (isDomain(name) || isLiteral(name)) {
      return name + " (" + literal + ")";
    }
    return literal + " (" + (name.isEmpty() ? "unnamed" : "as " + comment(name)) + ")";
  }

  static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    String bare = zone < 0 ? text : text.substring(0, zone);
    return address instanceof Inet6Address ? "[IPv6:" + bare + "]" : "[" + bare + "]";
  }

  private static boolean isDomain(String s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return !s.isEmpty() && isAlphanumeric(s.charAt(0));
  }

  private static boolean isLiteral(String s) {
    for (int i = 1; i < s.length() - 1; i++) {
      char c = s.charAt(i);
      if (!isAlphanumeric(c) && c != '.' && c != ':') {
        return false;
      }
    }
    return s.length() > 2 && s.startsWith("[") && s.endsWith("]");
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String comment(String s) {
    var out = new StringBuilder();
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean plain = c > ' ' && c <= '~' && c != '(' && c != ')' && c != '\\';
      out.append(plain ? c : '?');
    }
    return out.toString();
  }
}
