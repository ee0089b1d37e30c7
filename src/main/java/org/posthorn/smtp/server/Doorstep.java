package org.posthorn.smtp.server;

import java.io.IOException;
import java.net.SocketTimeoutException;
import org.posthorn.net.Connection;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Reply;

/// Where a client waits for the greeting, silent: who speaks first, as many programs of spammers
/// do, has not read RFC 5321 §4.3.1.
record Doorstep(Connection connection, String hostname) {
  /// Whether the client may be greeted now. If not, it is gone, or has been told why.
  boolean passed(Backend.Arrival.Patience asked) throws IOException {
    if (connection.secure()) {
      return true; // its TLS handshake came first
    }
    if (!connection.spoken()) {
      if (!asked.silence().isPositive()) {
        return true;
      }
      connection.deadline(asked.silence());
      try {
        if (!connection.awaitCommand()) {
          return gone();
        }
      } catch (SocketTimeoutException e) {
        return true; // it has waited
      }
    }
    Reply early = asked.visit().spokeEarly();
    if (early != null) {
      connection.out().bytes(early.bytes());
    }
    return early == null;
  }

  private boolean gone() throws IOException {
    if (connection.draining()) {
      Reply bye = Reply.of(421, "4.3.2", hostname + " shutting down, try again");
      connection.out().bytes(bye.bytes());
    }
    return false;
  }
}
