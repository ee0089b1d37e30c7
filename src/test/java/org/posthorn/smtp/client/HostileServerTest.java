package org.posthorn.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.smtp.client.SmtpClientTest.endpoint;
import static org.posthorn.smtp.client.SmtpClientTest.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.Dialer;
import org.posthorn.net.Ticker;

/// Servers that answer nonsense, too much, too slowly or not at all.
class HostileServerTest {
  private static final String TEXT = "Subject: hello\r\n\r\nhello\r\n";

  /// For what is to run into it.
  private static final Timing SHORT = Timing.all(Duration.ofMillis(300));

  private static final String EHLO = "250-mx.remote.test\r\n250 PIPELINING\r\n";

  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  @AfterEach
  void closesWhatItOpened() {
    assertThat(dialer.connections()).isZero();
    assertThat(dialer.bufferBytes()).isZero();
    dialer.close();
  }

  private Heard opened(RemoteServer.Script script, Timing timing) throws IOException {
    try (RemoteServer server = RemoteServer.start(script)) {
      Settings settings = new Settings("mx.posthorn.test", TlsUse.IF_OFFERED, null, null, timing);
      return switch (SmtpClient.open(dialer, endpoint(server), settings)) {
        case Opening.Ended e -> e.heard();
        case Opening.Ready r -> {
          r.client().close();
          throw new AssertionError("opened");
        }
      };
    }
  }

  /// Runs a transaction for bo and cy; the script begins behind EHLO.
  private List<Heard> sent(String hello, RemoteServer.Script script, Timing timing, String text)
      throws IOException {
    return sent(hello, script, timing, mail(text, "bo@remote.test", "cy@remote.test"));
  }

  private List<Heard> sent(
      String hello, RemoteServer.Script script, Timing timing, OutgoingMail mail)
      throws IOException {
    RemoteServer.Script whole =
        peer -> {
          peer.send("220 mx.remote.test");
          peer.expect("EHLO");
          peer.raw(hello);
          script.talk(peer);
        };
    try (RemoteServer server = RemoteServer.start(whole)) {
      Settings settings = new Settings("mx.posthorn.test", TlsUse.NEVER, null, null, timing);
      if (!(SmtpClient.open(dialer, endpoint(server), settings) instanceof Opening.Ready r)) {
        throw new AssertionError("not opened");
      }
      try (SmtpClient client = r.client()) {
        return client.send(mail);
      }
    }
  }

  private static void broken(Heard heard, Stage stage, Heard.Cause cause) {
    assertThat(heard).isInstanceOf(Heard.Broken.class);
    Heard.Broken b = (Heard.Broken) heard;
    assertThat(b.stage()).isEqualTo(stage);
    assertThat(b.cause()).as(b.text()).isEqualTo(cause);
    assertThat(b.text()).isNotEmpty().matches("[\\x20-\\x7e]*");
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (RemoteServer server = RemoteServer.start(peer -> {})) {
      port = server.port();
    }
    Endpoint to = new Endpoint("mx.remote.test", InetAddress.ofLiteral("127.0.0.1"), port, null);
    Settings settings =
        new Settings("mx.posthorn.test", TlsUse.NEVER, null, null, SmtpClientTest.TIMING);
    Opening opening = SmtpClient.open(dialer, to, settings);
    broken(((Opening.Ended) opening).heard(), Stage.DIAL, Heard.Cause.REFUSED);
  }

  @Test
  void aSourceAddressThatIsNotOursIsOurTrouble() throws IOException {
    try (RemoteServer server = RemoteServer.start(peer -> {})) {
      Endpoint to =
          new Endpoint(
              "mx.remote.test",
              server.address(),
              server.port(),
              InetAddress.ofLiteral("192.0.2.1"));
      Opening opening = SmtpClient.open(dialer, to, SmtpClientTest.settings());
      broken(((Opening.Ended) opening).heard(), Stage.DIAL, Heard.Cause.LOCAL);
    }
  }

  /// B21
  @ParameterizedTest
  @ValueSource(
      strings = {
        "999 hello\r\n",
        "100 hello\r\n",
        "199-x\r\n199 x\r\n",
        "600 hello\r\n",
        "HTTP/1.1 400 Bad Request\r\n",
        "2\r\n",
        "22\r\n",
        "2200 x\r\n",
        "220x\r\n",
        "\r\n",
        "220-one\r\n550 two\r\n",
        "220-one\r\ntwo\r\n",
        "٢٢٠ hello\r\n",
        "354 hello\r\n",
        "\0\0\0\0\r\n"
      })
  void nonsenseIsNoGreeting(String banner) throws IOException {
    broken(
        opened(peer -> peer.raw(banner).drain(), SmtpClientTest.TIMING),
        Stage.BANNER,
        Heard.Cause.PROTOCOL);
  }

  /// B21: 10 MB in one reply, in lines and in one line.
  @ParameterizedTest
  @ValueSource(strings = {"220-wait for it\r\n", "220-", "x", "220-\r\n"})
  void repliesAreBounded(String piece) throws IOException {
    byte[] block = piece.repeat(100_000 / piece.length()).getBytes();
    long[] written = {0};
    Heard heard =
        opened(
            peer -> {
              while (written[0] < 10_000_000) {
                peer.raw(block);
                written[0] += block.length;
              }
            },
            SmtpClientTest.TIMING);
    broken(heard, Stage.BANNER, Heard.Cause.PROTOCOL);
  }

  @Test
  void aReplyAnOctetAtATimeEndsAtItsDeadline() throws IOException {
    Heard heard =
        opened(
            peer -> {
              while (true) { // until the client goes
                peer.raw("2");
                Thread.onSpinWait();
              }
            },
            new Timing(
                SHORT.connect(),
                SHORT.banner(),
                SHORT.command(),
                SHORT.envelope(),
                SHORT.data(),
                SHORT.body(),
                1,
                SHORT.end(),
                SHORT.quit()));
    assertThat(heard.stage()).isEqualTo(Stage.BANNER);
    assertThat(((Heard.Broken) heard).cause())
        .isIn(Heard.Cause.TIMEOUT, Heard.Cause.PROTOCOL); // whatever comes first
  }

  @Test
  void silenceEndsAtItsDeadline() throws IOException {
    broken(opened(RemoteServer.Peer::drain, SHORT), Stage.BANNER, Heard.Cause.TIMEOUT);
    broken(opened(peer -> peer.send("220 hello").drain(), SHORT), Stage.HELLO, Heard.Cause.TIMEOUT);
    RemoteServer.Script silent = RemoteServer.Peer::drain;
    for (Heard h : sent(EHLO, silent, SHORT, TEXT)) {
      broken(h, Stage.MAIL, Heard.Cause.TIMEOUT);
    }
    List<Heard> heard =
        sent(EHLO, peer -> peer.send("250 ok", "250 ok", "550 5.1.1 no").drain(), SHORT, TEXT);
    broken(heard.get(0), Stage.DATA, Heard.Cause.TIMEOUT);
    assertThat(heard.get(1)).isInstanceOf(Heard.Answered.class);
    heard =
        sent(EHLO, peer -> peer.send("250 ok", "250 ok", "250 ok", "354 go").drain(), SHORT, TEXT);
    broken(heard.get(0), Stage.END, Heard.Cause.TIMEOUT);
  }

  @Test
  void whoTakesNothingIsCutOff() throws IOException {
    byte[] block = "0123456789abcdef\r\n".repeat(1000).getBytes();
    InputStream endless =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            return block[at++ % block.length];
          }
        };
    OutgoingMail like = mail(TEXT, "bo@remote.test");
    OutgoingMail mail = new OutgoingMail(like.sender(), like.recipients(), () -> endless);
    RemoteServer.Script stops =
        peer -> {
          peer.send("250 ok", "250 ok", "354 go");
          peer.socket().getInputStream().readNBytes(1000);
          while (dialer.connections() > 0) {
            Thread.onSpinWait();
          }
        };
    broken(sent(EHLO, stops, SHORT, mail).getFirst(), Stage.BODY, Heard.Cause.TIMEOUT);
  }

  @Test
  void whoTakesAnOctetAtATimeIsCutOff() throws IOException {
    OutgoingMail like = mail("x".repeat(70) + "\r\n", "bo@remote.test");
    String big = ("x".repeat(70) + "\r\n").repeat(500_000);
    OutgoingMail mail =
        new OutgoingMail(
            like.sender(), like.recipients(), () -> new ByteArrayInputStream(big.getBytes()));
    RemoteServer.Script slow =
        peer -> {
          peer.send("250 ok", "250 ok", "354 go");
          while (peer.socket().getInputStream().read() >= 0) {
            Thread.onSpinWait();
          }
        };
    Heard heard = sent(EHLO, slow, SHORT, mail).getFirst();
    assertThat(((Heard.Broken) heard).cause()).isEqualTo(Heard.Cause.TIMEOUT);
  }

  @Test
  void repliesComeGluedOrSplit() throws IOException {
    RemoteServer.Script glued =
        peer -> {
          peer.send("250 ok", "250 ok", "250-ok", "250 indeed", "354 go", "250 2.0.0 taken");
          peer.drain();
        };
    assertThat(sent(EHLO, glued, SmtpClientTest.TIMING, TEXT))
        .allMatch(h -> h instanceof Heard.Answered a && a.reply().positive());
    RemoteServer.Script split =
        peer -> {
          for (String command : List.of("MAIL", "RCPT", "RCPT")) {
            peer.expect(command);
            peer.drip("250-ok\r\n250 2.1.0 indeed\r\n");
          }
          peer.expect("DATA");
          peer.drip("354 go\r\n");
          peer.data();
          peer.drip("250 2.0.0 taken\r\n");
          peer.drain();
        };
    assertThat(sent(EHLO, split, SmtpClientTest.TIMING, TEXT))
        .allMatch(h -> h instanceof Heard.Answered a && a.reply().positive());
  }

  @Test
  void answersOutOfPlace() throws IOException {
    Timing timing = SmtpClientTest.TIMING;
    List<Heard> heard = sent(EHLO, peer -> peer.send("354 go").drain(), timing, TEXT);
    broken(heard.getFirst(), Stage.MAIL, Heard.Cause.PROTOCOL);
    heard = sent(EHLO, peer -> peer.send("250 ok", "354 go").drain(), timing, TEXT);
    broken(heard.getFirst(), Stage.RCPT, Heard.Cause.PROTOCOL);
    heard =
        sent(
            EHLO,
            peer -> peer.send("250 ok", "250 ok", "250 ok", "250 taken").drain(),
            timing,
            TEXT);
    broken(heard.getFirst(), Stage.DATA, Heard.Cause.PROTOCOL);
    heard =
        sent(
            EHLO,
            peer -> peer.send("250 ok", "250 ok", "250 ok", "354 go", "354 go on").drain(),
            timing,
            TEXT);
    broken(heard.getFirst(), Stage.END, Heard.Cause.PROTOCOL);
  }

  /// RFC 5321 §3.8: behind 421 it closes, and that holds for all that was not answered.
  @Test
  void a421IsForAllThatFollows() throws IOException {
    List<Heard> heard =
        sent(
            EHLO,
            peer -> {
              peer.expect("MAIL");
              peer.expect("RCPT");
              peer.expect("RCPT");
              peer.expect("DATA");
              peer.send("250 ok", "250 ok", "421 4.3.2 going down");
            },
            SmtpClientTest.TIMING,
            TEXT);
    assertThat(heard)
        .extracting(Object::toString)
        .allMatch(s -> s.contains("421 4.3.2 going down"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theConnectionBreaksBehindTheFinalDot(boolean reset) throws IOException {
    List<Heard> heard =
        sent(
            EHLO,
            peer -> {
              peer.send("250 ok", "250 ok", "550 5.1.1 no", "354 go");
              for (String c : List.of("MAIL", "RCPT", "RCPT", "DATA")) {
                peer.expect(c);
              }
              peer.data();
              if (reset) {
                peer.reset();
              }
            },
            SmtpClientTest.TIMING,
            TEXT);
    broken(heard.get(0), Stage.END, Heard.Cause.CLOSED);
    assertThat(heard.get(1).stage()).isEqualTo(Stage.RCPT);
  }

  /// B9 for what we send: the stream ends in a chunk.
  @Test
  void theConnectionBreaksWithinAChunk() throws IOException {
    String big = "x".repeat(998).concat("\r\n").repeat(20_000);
    List<Heard> heard =
        sent(
            "250-mx.remote.test\r\n250-CHUNKING\r\n250 PIPELINING\r\n",
            peer -> {
              peer.send("250 ok", "250 ok", "250 ok");
              for (String c : List.of("MAIL", "RCPT", "RCPT", "BDAT")) {
                peer.expect(c);
              }
              peer.octets(1000);
              peer.reset();
            },
            SmtpClientTest.TIMING,
            big);
    broken(heard.get(0), Stage.BODY, Heard.Cause.CLOSED);
  }

  @Test
  void aRefusalWithinTheMessageIsHeard() throws IOException {
    String big = "x".repeat(998).concat("\r\n").repeat(20_000);
    List<Heard> heard =
        sent(
            "250-mx.remote.test\r\n250-CHUNKING\r\n250 PIPELINING\r\n",
            peer -> {
              peer.send("250 ok", "250 ok", "250 ok");
              for (String c : List.of("MAIL", "RCPT", "RCPT")) {
                peer.expect(c);
              }
              for (String b = peer.line(); b != null && b.startsWith("BDAT"); b = peer.line()) {
                peer.octets(Integer.parseInt(b.split(" ")[1]));
                peer.send("552 5.3.4 too big");
              }
              peer.send("221 bye");
            },
            SmtpClientTest.TIMING,
            big);
    assertThat(heard)
        .allMatch(h -> h instanceof Heard.Answered a && a.reply().code() == 552)
        .allMatch(h -> h.stage() == Stage.BODY);
  }

  @Test
  void badEnhancedCodesAreDropped() throws IOException {
    for (String words :
        List.of("2.1.1 no", "5.1 no", "5.1.1.1 no", "5.1000.1 no", "6.1.1 no", "5.1.1no", "")) {
      Heard heard = opened(peer -> peer.send("554 " + words), SmtpClientTest.TIMING);
      assertThat(((Heard.Answered) heard).reply().enhanced()).isEmpty();
      assertThat(((Heard.Answered) heard).reply().lines()).containsExactly(words);
    }
    Heard heard =
        opened(peer -> peer.send("554-5.7.1 no", "554 5.7.1 never"), SmtpClientTest.TIMING);
    assertThat(((Heard.Answered) heard).reply())
        .isEqualTo(new RemoteReply(554, "5.7.1", List.of("no", "never")));
  }

  @Test
  void wordsComeWithoutWhatATerminalWouldObey() throws IOException {
    Heard heard =
        opened(peer -> peer.raw("554 a\u001b[2Jb\0c\u00e9d\te\r\n"), SmtpClientTest.TIMING);
    assertThat(((Heard.Answered) heard).reply().lines()).containsExactly("a?[2Jb?c\ufffdd e");
  }

  @Test
  void aMessageThatCannotBeReadNeverEndsWithADot() throws IOException {
    OutgoingMail like = mail(TEXT, "bo@remote.test");
    InputStream breaks =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) {
              throw new IOException("disk");
            }
            return left % 70 == 0 ? '\n' : 'x';
          }
        };
    for (String hello : List.of(EHLO, "250-mx.remote.test\r\n250 CHUNKING\r\n")) {
      String[] all = {""};
      List<Heard> heard =
          sent(
              hello,
              peer -> {
                peer.send("250 ok");
                peer.expect("MAIL");
                peer.send("250 ok");
                peer.expect("RCPT");
                if (hello.equals(EHLO)) {
                  peer.expect("DATA");
                  peer.send("354 go");
                }
                while (true) {
                  String got = hello.equals(EHLO) ? peer.octets(1) : peer.expect("BDAT");
                  all[0] += got;
                  if (!hello.equals(EHLO)) {
                    all[0] += peer.octets(Integer.parseInt(got.split(" ")[1]));
                    peer.send("250 ok");
                  }
                }
              },
              SmtpClientTest.TIMING,
              new OutgoingMail(like.sender(), like.recipients(), () -> breaks));
      broken(heard.getFirst(), Stage.BODY, Heard.Cause.LOCAL);
      assertThat(all[0]).doesNotContain("\r\n.\r\n", "LAST");
    }
  }

  @Test
  void whatIsNotOfferedIsNotUsed() throws IOException {
    PoliteServer polite = new PoliteServer();
    try (RemoteServer server = RemoteServer.start(polite)) {
      Opening opening = SmtpClient.open(dialer, endpoint(server), SmtpClientTest.settings());
      try (SmtpClient client = ((Opening.Ready) opening).client()) {
        OutgoingMail plain = mail(TEXT, "bo@remote.test");
        var options = plain.sender().options();
        for (var needed : List.of(options.withUtf8(true), options.withRequireTls(true))) {
          OutgoingMail mail =
              new OutgoingMail(
                  plain.sender().withOptions(needed), plain.recipients(), plain.content());
          broken(client.send(mail).getFirst(), Stage.MAIL, Heard.Cause.NOT_OFFERED);
        }
        assertThat(client.usable()).isTrue();
      }
      assertThat(server.lines()).noneMatch(l -> l.startsWith("MAIL"));
    }
  }
}
