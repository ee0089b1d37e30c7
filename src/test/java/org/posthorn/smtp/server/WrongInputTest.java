package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is no command at all: a clear answer or a clean close, and the next session is unharmed.
class WrongInputTest extends ServerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROB | 500 5.5.1 Command not known",
        "MAILFROM:<a@b.c> | 500 5.5.1 Command not known",
        "BURL imap://foo.com/x LAST | 502 5.5.1 BURL is not offered here",
        "XCLIENT ADDR=1.2.3.4 | 500 5.5.1 Command not known",
        "TURN | 500 5.5.1 Command not known",
        "'' | 500 5.5.1 Command not known",
        "' NOOP' | 500 5.5.1 Command not known",
        "M\u00fcll | 500 5.5.1 Command not known",
        "STARTTLS | 502 5.5.1 STARTTLS is not offered here",
      })
  void unknownCommands(String line, String reply) {
    SmtpTalk t = mx();
    t.say(line).expectExactly(reply).ask("NOOP", "250");
  }

  @Test
  void controlCharactersAreRefused() {
    SmtpTalk t = mx().hello();
    String reply = "500 5.5.2 Control character in command";
    t.say("NOOP\0").expectExactly(reply);
    t.say("NOOP\ta").expectExactly(reply);
    t.say("MAIL FROM:<a\r@b.c>").expectExactly(reply);
    t.say("MAIL FROM:<a@b.c>\u001b[0m").expectExactly(reply);
    t.say("\u007f").expectExactly(reply);
  }

  @Test
  void aBareLfEndsNoCommandOfAStranger() {
    SmtpTalk t = mx();
    t.raw("EHLO bar.com\n").expect("500 5.5.2 A line ends with CRLF, not with LF alone");
    t.raw("NOOP\r\n").expect("250");
    assertThat(submission().raw("EHLO bar.com\n").readReply().getFirst()).startsWith("250");
  }

  @Test
  void longLinesAreRefused() {
    SmtpTalk t = mx().hello();
    t.say("NOOP " + "x".repeat(2044)).expectExactly("500 5.5.2 Line too long");
    t.say("x".repeat(12_289)).expectExactly("500 5.5.2 Line too long");
    t.say("x".repeat(1_000_000)).expectExactly("500 5.5.2 Line too long");
    t.ask("NOOP " + "x".repeat(2043), "250");
  }

  @Test
  void anEndlessLineEndsTheConnection() {
    SmtpTalk t = mx();
    byte[] block = new byte[1 << 16];
    Arrays.fill(block, (byte) 'x');
    try {
      for (int i = 0; i < 64; i++) {
        t.raw(block);
      }
    } catch (UncheckedIOException e) {
      // It had enough.
    }
    try {
      t.expect("500 5.5.2 Line too long").expectClosed();
    } catch (UncheckedIOException e) {
      // Or it reset the connection, which overtook the reply.
    }
    mx().ask("NOOP", "250");
  }

  @Test
  void tooManyErrorsEndTheSession() {
    SmtpTalk t = mx();
    for (int i = 0; i < 20; i++) {
      t.ask("FROB", "500 5.5.1");
    }
    t.ask("FROB", "500").expect("421 4.7.0 foo.com Too many errors").expectClosed();
  }

  @Test
  void browsersAreSentAway() {
    mx().say("POST / HTTP/1.1", "Host: foo.com", "", "EHLO bar.com")
        .expect("500 5.5.1 Command not known")
        .expectClosed();
  }

  @Test
  void everyOctetAsACommand() {
    TestServer server = serve(MX);
    for (int i = 0; i < 256; i++) {
      SmtpTalk t = server.connect();
      t.raw(new byte[] {(byte) i, '\r', '\n'});
      assertThat(t.readReply().getFirst()).startsWith("500 5.5.");
      if (i == '\n') {
        t.expect("500 5.5.1"); // the empty line behind it
      }
      t.ask("QUIT", "221").close();
    }
  }

  @Test
  void noiseEndsInRepliesOrAClose() {
    TestServer server = serve(MX);
    var random = new Random(7);
    for (int round = 0; round < 30; round++) {
      byte[] noise = new byte[3000];
      random.nextBytes(noise);
      SmtpTalk t = server.connectSilently();
      try {
        t.raw(noise).raw("\r\nQUIT\r\n");
        for (String line = t.readLine(); line != null; line = t.readLine()) {
          assertThat(line).matches("[2345][0-9][0-9] .*");
        }
      } catch (UncheckedIOException e) {
        // Closed on us while we were talking.
      }
      t.close();
    }
    server.connect().envelope().say("DATA", ".").expect("354", "250");
    assertThat(server.counters().internalErrors.sum()).isZero();
  }

  @Test
  void repliesNeverCarryWhatWouldForgeOne() {
    mx().hello().say("MAIL FROM:<a@b.c> \u0085X").expectExactly("501 5.5.4 Malformed parameter");
  }

  @Test
  void failuresOfOursShowNoInsides() {
    String line = mx().hello().say("MAIL FROM:<broken@b.c>").readLine();
    assertThat(line).isEqualTo("451 4.3.0 Local error, try again later");
  }

  @Test
  void aStoppingServerSaysSo() throws InterruptedException {
    TestServer server = serve(MX);
    SmtpTalk t = server.connect();
    Thread drain = Thread.ofVirtual().start(() -> server.listener().drain(Duration.ofSeconds(20)));
    t.expect("421 4.3.2 foo.com shutting down, try again").expectClosed().close();
    drain.join();
  }
}
