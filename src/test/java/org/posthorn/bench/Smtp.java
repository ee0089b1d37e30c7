package org.posthorn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// A session of SMTP, submission or LMTP that is ready for mail. The envelope goes in one write and
/// then the text, as mail servers do where PIPELINING is offered.
final class Smtp implements AutoCloseable {
  private final Wire wire;
  private final boolean lmtp;

  private Smtp(Wire wire, boolean lmtp) {
    this.wire = wire;
    this.lmtp = lmtp;
  }

  /// Connects and says hello; where the protocol is submission or submissions, over TLS and as the
  /// first account.
  static Smtp open(Peer peer, String protocol) throws IOException {
    boolean lmtp = protocol.equals("lmtp");
    String hello = (lmtp ? "LHLO" : "EHLO") + " mx.elsewhere.test\r\n";
    Wire wire = peer.connect(protocol);
    try {
      wire.reply("220");
      wire.send(hello);
      wire.reply("250");
      if (protocol.equals("submission")) {
        wire.send("STARTTLS\r\n");
        wire.reply("220");
        wire = wire.secured(peer.at(protocol));
        wire.send(hello);
        wire.reply("250");
      }
      if (protocol.startsWith("submission")) {
        authenticate(wire, peer.accounts().getFirst());
      }
      return new Smtp(wire, lmtp);
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }

  private static void authenticate(Wire wire, Peer.Login login) throws IOException {
    byte[] plain = ("\0" + login.name() + "\0" + login.password()).getBytes(StandardCharsets.UTF_8);
    wire.send("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain) + "\r\n");
    wire.reply("235");
  }

  /// Returns when the message is acknowledged, by LMTP for each recipient.
  ///
  /// @param message with the final dot
  void send(String from, List<String> to, byte[] message) throws IOException {
    StringBuilder envelope = new StringBuilder("MAIL FROM:<" + from + ">\r\n");
    to.forEach(t -> envelope.append("RCPT TO:<").append(t).append(">\r\n"));
    wire.send(envelope.append("DATA\r\n").toString());
    for (int i = 0; i <= to.size(); i++) {
      wire.reply("250");
    }
    wire.reply("354");
    wire.send(message);
    for (int i = 0; i < (lmtp ? to.size() : 1); i++) {
      wire.reply("250");
    }
  }

  void quit() throws IOException {
    wire.ask("QUIT", "221");
    wire.close();
  }

  @Override
  public void close() {
    wire.close();
  }
}
