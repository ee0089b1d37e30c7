package org.posthorn.smtp.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.posthorn.net.Outgoing;

/// Commands out, replies in, over one connection. The first thing that goes wrong ends it: the
/// connection is cut and every later call fails. One thread.
final class Dialogue {
  private final Outgoing connection;
  private final ReplyReader replies;
  private RemoteReply farewell; // the 421 that the server has sent; null if none
  private boolean over;

  Dialogue(Outgoing connection, Timing timing) {
    this.connection = connection;
    this.replies = new ReplyReader(connection.in()::readLine);
    // Every wait has a deadline; the limit of a single one is not to come before it.
    connection.timeout(timing.end().plus(timing.envelope()));
  }

  /// Whether something went wrong, or the server has said that it closes.
  boolean over() {
    return over || farewell != null;
  }

  /// Writes a line, not yet to the network.
  ///
  /// @param within for this and whatever else is written until a reply is awaited
  void say(Stage stage, String line, Duration within) throws GaveUp {
    if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0 || line.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a command of two lines");
    }
    try {
      connection.deadline(within);
      connection.out().utf8(line).ascii("\r\n");
    } catch (IOException e) {
      throw gaveUp(stage, e);
    }
  }

  /// Writes octets, not yet all to the network. An IOException is left to the caller, who ends with
  /// [#gaveUp] or looks for a reply that explains it.
  void write(byte[] b, int len) throws IOException {
    connection.out().write(b, 0, len);
  }

  void deadline(Duration within) {
    connection.deadline(within);
  }

  void flush(Stage stage) throws GaveUp {
    try {
      connection.out().flush();
    } catch (IOException e) {
      throw gaveUp(stage, e);
    }
  }

  /// Waits for the next reply.
  RemoteReply hear(Stage stage, Duration within) throws GaveUp {
    return hear(stage, within, ReplyReader.KEPT_MAX);
  }

  RemoteReply hear(Stage stage, Duration within, int keptMax) throws GaveUp {
    try {
      connection.deadline(within);
      RemoteReply reply = replies.read(keptMax);
      if (reply.code() == 421) {
        farewell = reply; // RFC 5321 §3.8: whatever was asked, it closes
      }
      return reply;
    } catch (IOException e) {
      throw gaveUp(stage, e);
    }
  }

  RemoteReply ask(Stage stage, String line, Duration within) throws GaveUp {
    say(stage, line, within);
    return hear(stage, within);
  }

  /// Fails unless a reply is of the class that the stage has for success, or a refusal.
  ///
  /// @param success 2 or 3
  static void expect(Stage stage, RemoteReply reply, int success) throws GaveUp {
    if (reply.code() / 100 != success && reply.positive()) {
      throw new GaveUp(
          new Heard.Broken(
              stage, Heard.Cause.PROTOCOL, "an answer out of place: " + shortly(reply)));
    }
  }

  private static String shortly(RemoteReply reply) {
    String text = reply.toString();
    return text.length() > 100 ? text.substring(0, 100) : text;
  }

  /// Cuts the connection.
  GaveUp gaveUp(Stage stage, IOException e) {
    boolean before = over;
    end();
    if (farewell != null && !before && !(e instanceof SocketTimeoutException)) {
      return new GaveUp(new Heard.Answered(stage, farewell));
    }
    return new GaveUp(broken(stage, e));
  }

  void end() {
    over = true;
    connection.abandon();
  }

  static Heard.Broken broken(Stage stage, IOException e) {
    Heard.Cause cause =
        switch (e) {
          case BindException _ -> Heard.Cause.LOCAL;
          case ConnectException _ -> Heard.Cause.REFUSED;
          case NoRouteToHostException _ -> Heard.Cause.UNREACHABLE;
          case SocketTimeoutException _ -> Heard.Cause.TIMEOUT;
          case ProtocolException _ -> Heard.Cause.PROTOCOL;
          case SSLException _ -> Heard.Cause.TLS;
          default -> stage == Stage.TLS ? Heard.Cause.TLS : Heard.Cause.CLOSED;
        };
    String text =
        switch (cause) {
          case REFUSED -> "connection refused";
          case UNREACHABLE -> "no way to the host: " + e.getMessage();
          case TIMEOUT -> stage == Stage.DIAL ? "nobody answers" : "no answer in time";
          case TLS -> "TLS failed: " + e.getMessage();
          case CLOSED ->
              e instanceof EOFException
                  ? "the server closed the connection"
                  : "the connection broke: " + e.getMessage();
          case LOCAL -> "cannot connect from the chosen address: " + e.getMessage();
          default -> String.valueOf(e.getMessage());
        };
    return new Heard.Broken(stage, cause, text);
  }
}
