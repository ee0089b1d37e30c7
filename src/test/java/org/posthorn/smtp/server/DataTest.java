package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.smtp.Reply;

class DataTest extends ServerTest {
  @Test
  void deliversWhatWasSentWithoutStuffing() {
    mx().envelope()
        .ask("DATA", "354 End with <CRLF>.<CRLF>")
        .say("Subject: x", "", "..dot", "\u00e4 8-bit", ".")
        .expect("250 2.0.0 Delivered to <jones@foo.com>")
        .ask("QUIT", "221");
    assertThat(onlyMessage().text()).isEqualTo("Subject: x\r\n\r\n.dot\r\n\u00e4 8-bit\r\n");
  }

  @Test
  void byteByByte() {
    SmtpTalk t = mx().envelope().ask("DATA", "354");
    for (char c : "Subject: x\r\n\r\n..a\r\n.\r\nNOOP\r\n".toCharArray()) {
      t.raw(String.valueOf(c));
    }
    t.expect("250 2.0.0", "250 2.0.0 Nothing done");
    assertThat(onlyMessage().text()).isEqualTo("Subject: x\r\n\r\n.a\r\n");
  }

  /// The end of the message at every place relative to the edges of the connection's buffer.
  @Test
  void acrossBufferEdges() {
    SmtpTalk t = mx().hello();
    for (int length = 17_380; length < 17_420; length++) {
      t.say(
          "MAIL FROM:<a@b.c>",
          "RCPT TO:<jones@foo.com>",
          "DATA",
          "x".repeat(length),
          "..",
          ".",
          "NOOP");
      t.expect("250 2.1.0", "250 2.1.5", "354", "250 2.0.0 Delivered", "250 2.0.0 Nothing");
      assertThat(backend.messages.getLast().text()).isEqualTo("x".repeat(length) + "\r\n.\r\n");
    }
  }

  @Test
  void needsARecipient() {
    SmtpTalk t = mx().hello().ask("DATA", "503 5.5.1 MAIL first");
    t.ask("MAIL FROM:<a@b.c>", "250").ask("DATA", "503 5.5.1 RCPT first");
    t.ask("RCPT TO:<green@foo.com>", "550").ask("DATA", "554 5.5.1 No valid recipients");
    t.ask("DATA now", "501 5.5.4 DATA takes no argument");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "a\rb", "a\nb", "\r\r\n"})
  void bareNewlinesAreRefusedFromStrangersAndEndNothing(String smuggled) {
    mx().envelope()
        .ask("DATA", "354")
        .raw("x" + smuggled + "MAIL FROM:<evil@b.c>\r\n.\r\n")
        .expect("550 5.6.11 Message contains a CR or LF that is not part of CRLF")
        .ask("NOOP", "250 2.0.0 Nothing done");
    assertThat(backend.messages).isEmpty();
    assertThat(backend.events).containsExactly("aborted");
  }

  @Test
  void bareLfBecomesCrlfFromTheOwnPeople() {
    submission()
        .hello()
        .logIn("ana", MemoryBackend.PASSWORD)
        .ask("MAIL FROM:<a@b.c>", "250")
        .ask("RCPT TO:<jones@foo.com>", "250")
        .ask("DATA", "354")
        .raw("a\n.\nb\n.\r\nc\r\n.\r\n")
        .expect("250 2.0.0");
    assertThat(onlyMessage().text()).isEqualTo("a\r\n.\r\nb\r\n.\r\nc\r\n");
  }

  @Test
  void nulIsRefused() {
    mx().envelope()
        .ask("DATA", "354")
        .raw("a\0b\r\n.\r\n")
        .expect("550 5.6.0 Message contains NUL")
        .ask("QUIT", "221");
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void tooBigIsReadToItsEndAndRefused() {
    SmtpTalk t = serve(MX.withMessageMax(65536)).connect().envelope().ask("DATA", "354");
    t.raw("x".repeat(65535)).raw("\r\n.\r\n");
    t.expect("552 5.3.4 Message larger than 65536 octets").ask("NOOP", "250");
    t.envelope().ask("DATA", "354").raw("x".repeat(65534)).raw("\r\n.\r\n").expect("250 2.0.0");
  }

  @Test
  void endlessDataEndsTheConnection() {
    SmtpTalk t = serve(MX.withMessageMax(65536)).connect().envelope().ask("DATA", "354");
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) 'x');
    for (int i = 0; i < 66; i++) {
      try {
        t.raw(block);
      } catch (UncheckedIOException e) {
        break; // it had enough
      }
    }
    t.expect("552 5.3.4 Message larger than 65536 octets").expectClosed();
  }

  @Test
  void aCutConnectionLeavesNothing() {
    TestServer server = serve(MX);
    server.connect().envelope().ask("DATA", "354").say("half a message").cut();
    server.connect().envelope().ask("DATA", "354").say("half").close();
    server.close();
    assertThat(backend.messages).isEmpty();
    assertThat(backend.events).containsExactly("aborted", "aborted");
  }

  @Test
  void theBackendMayRefuseBeforeTheText() {
    mx().hello()
        .ask("MAIL FROM:<a@b.c>", "250")
        .ask("RCPT TO:<nospace@foo.com>", "250")
        .ask("DATA", "452 4.3.1 No space")
        .ask("DATA", "503 5.5.1 MAIL first");
  }

  @Test
  void theBackendsFailureIsForLater() {
    mx().hello()
        .ask("MAIL FROM:<a@b.c>", "250")
        .ask("RCPT TO:<thrower@foo.com>", "250")
        .say("DATA", ".")
        .expect("354", "451 4.3.0 Local error, try again later")
        .ask("NOOP", "250");
  }

  @Test
  void afterAFailureOfOursTheTextIsNotTakenForCommands() {
    SmtpTalk t = mx().hello().ask("MAIL FROM:<a@b.c>", "250");
    t.ask("RCPT TO:<writer@foo.com>", "250").say("DATA", "x").expect("354");
    t.say("MAIL FROM:<evil@b.c>", ".").expect("451 4.3.0 Local error").expectClosed();
  }

  @Test
  void aLineIsAsLongAsItLikes() {
    // RFC 5321 §4.5.3.1.6 asks for 1,000 octets.
    mx().envelope().ask("DATA", "354").raw("x".repeat(2 << 20) + "\r\n.\r\n").expect("250 2.0.0");
    assertThat(onlyMessage().text()).hasSize((2 << 20) + 2);
  }

  @Test
  void oneReplyForMany() {
    Reply ok = Reply.ok("a");
    Reply later = Reply.of(451, "4.3.0", "b");
    Reply never = Reply.of(554, "5.6.0", "c");
    Reply some = Reply.of(451, "4.2.0", "Not delivered to all recipients, try again");
    assertThat(MailTransaction.one(List.of(ok, ok))).isEqualTo(ok);
    assertThat(MailTransaction.one(List.of(never, never))).isEqualTo(never);
    assertThat(MailTransaction.one(List.of(never, later))).isEqualTo(later);
    assertThat(MailTransaction.one(List.of(later, never))).isEqualTo(later);
    assertThat(MailTransaction.one(List.of(ok, later))).isEqualTo(some);
    assertThat(MailTransaction.one(List.of(never, ok))).isEqualTo(some);
  }

  @Test
  void theNextCommandConfirmsTheOutcome() {
    SmtpTalk t = mx().envelope().say("DATA", ".").expect("354", "250");
    assertThat(backend.events).isEmpty();
    t.ask("NOOP", "250");
    assertThat(backend.events).containsExactly("confirmed", "closed");
  }

  @Test
  void withoutANextCommandItStaysUnconfirmed() {
    TestServer server = serve(MX);
    server.connect().envelope().say("DATA", ".").expect("354", "250").close();
    server.close();
    assertThat(backend.events).containsExactly("closed");
  }
}
