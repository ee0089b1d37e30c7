package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

/// CHUNKING and BINARYMIME (RFC 3030).
class BdatTest extends ServerTest {
  private static final SmtpConfig BINARY = MX.with(Feature.BINARYMIME);

  private SmtpTalk binary() {
    return serve(BINARY)
        .connect()
        .hello()
        .ask("MAIL FROM:<ned@bar.com> BODY=BINARYMIME", "250 2.1.0")
        .ask("RCPT TO:<gvaudre@foo.com>", "250 2.1.5");
  }

  @Test
  void simpleChunking() {
    // RFC 3030 §4.1, whose message has 86 octets
    String text =
        "To: Susan@random.com\r\nFrom: Sam@random.com\r\n"
            + "Subject: This is a bodyless test message\r\n";
    assertThat(text).hasSize(86);
    SmtpTalk t = mx();
    assertThat(t.offered()).contains("CHUNKING");
    t.ask("MAIL FROM:<Sam@Random.com>", "250 ").ask("RCPT TO:<Susan@foo.com>", "250 ");
    t.raw("BDAT 86 LAST\r\n" + text).expect("250 2.0.0 Delivered").ask("QUIT", "221 ");
    assertThat(onlyMessage().text()).isEqualTo(text);
  }

  @Test
  void pipeliningBinaryMime() {
    // RFC 3030 §4.2
    SmtpTalk t = serve(BINARY).connect();
    assertThat(t.offered()).contains("PIPELINING", "BINARYMIME", "CHUNKING");
    String first = "\0\r.\r\n\n\r\u00ff".repeat(12_500);
    t.say(
        "MAIL FROM:<ned@ymir.claremont.edu> BODY=BINARYMIME",
        "RCPT TO:<gvaudre@foo.com>",
        "RCPT TO:<jstewart@foo.com>");
    t.expect("250 ", "250 ", "250 ");
    t.raw("BDAT 100000\r\n" + first + "BDAT 324\r\n" + "x".repeat(324) + "BDAT 0 LAST\r\n");
    t.expect("250 2.0.0 100000 octets received", "250 2.0.0 324 octets received", "250 2.0.0 ");
    t.ask("QUIT", "221 ");
    assertThat(onlyMessage().text()).isEqualTo(first + "x".repeat(324));
    assertThat(onlyMessage().to()).hasSize(2);
  }

  @Test
  void everythingInOneWrite() {
    SmtpTalk t = mx().hello();
    t.raw(
        "MAIL FROM:<a@b.c>\r\nRCPT TO:<jones@foo.com>\r\nBDAT 3\r\na\r\nBDAT 3 last\r\nb\r\n"
            + "MAIL FROM:<d@e.f>\r\nRCPT TO:<jones@foo.com>\r\nDATA\r\nc\r\n.\r\nQUIT\r\n");
    t.expect("250 2.1.0", "250 2.1.5", "250 2.0.0 3 octets", "250 2.0.0 Delivered");
    t.expect("250 2.1.0", "250 2.1.5", "354", "250 2.0.0", "221");
    assertThat(backend.messages)
        .extracting(MemoryBackend.Message::text)
        .containsExactly("a\r\nb\r\n", "c\r\n");
  }

  @Test
  void octetByOctet() {
    SmtpTalk t = mx().envelope();
    for (char c : "BDAT 7\r\n.\r\n..\r\nBDAT 2 LAST\r\n.\r".toCharArray()) {
      t.raw(String.valueOf(c));
    }
    // Its last octet is a CR, and none may be bare
    t.expect("250 2.0.0 7", "550 5.6.11").ask("NOOP", "250");
    t.envelope().raw("BDAT 5 LAST\r\n.\r\n..").expect("250 2.0.0 Delivered");
    assertThat(onlyMessage().text()).isEqualTo(".\r\n..");
  }

  @Test
  void acrossBufferEdges() {
    SmtpTalk t = mx().hello();
    for (int length = 16_300; length < 16_420; length += 3) {
      String text = "x".repeat(length - 4) + "\r\ny\n".replace("y\n", "\r\n");
      t.raw(
          "MAIL FROM:<a@b.c>\r\nRCPT TO:<jones@foo.com>\r\nBDAT "
              + (length - 1)
              + "\r\n"
              + text.substring(0, length - 1)
              + "BDAT 1 LAST\r\n\nNOOP\r\n");
      t.expect("250", "250", "250 2.0.0 " + (length - 1), "250 2.0.0 Del", "250 2.0.0 Nothing");
      assertThat(backend.messages.getLast().text()).isEqualTo(text);
    }
  }

  @Test
  void aLineEndMayLieAcrossChunks() {
    SmtpTalk t = mx().envelope();
    t.raw("BDAT 2\r\na\rBDAT 1\r\n\nBDAT 1 LAST\r\nb");
    t.expect("250", "250", "250 2.0.0 Delivered");
    assertThat(onlyMessage().text()).isEqualTo("a\r\nb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "\n.\r\n", "\r.\r", "\r\r\n", "a\r"})
  void bareNewlinesAreRefusedFromStrangers(String text) {
    SmtpTalk t = mx().envelope();
    t.raw("BDAT " + text.length() + " LAST\r\n" + text);
    t.expect("550 5.6.11 Message contains a CR or LF").ask("NOOP", "250 2.0.0 Nothing");
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void bareNewlinesAreMendedForOurOwnPeople() {
    SmtpTalk t = submission().hello().logIn("ana", MemoryBackend.PASSWORD);
    t.ask("MAIL FROM:<a@b.c>", "250").ask("RCPT TO:<jones@foo.com>", "250");
    t.raw("BDAT 4\r\na\n\n.BDAT 4 LAST\r\n\nb\rc").expect("250", "250 2.0.0 Delivered");
    assertThat(onlyMessage().text()).isEqualTo("a\r\n\r\n.\r\nb c");
  }

  @Test
  void nulIsRefusedUnlessTheMessageIsBinary() {
    SmtpTalk t = serve(BINARY).connect().envelope();
    t.raw("BDAT 3 LAST\r\na\0b").expect("550 5.6.0 Message contains NUL");
    t.ask("MAIL FROM:<a@b.c> BODY=BINARYMIME", "250").ask("RCPT TO:<jones@foo.com>", "250");
    t.raw("BDAT 3 LAST\r\na\0b").expect("250 2.0.0 Delivered");
    assertThat(onlyMessage().text()).isEqualTo("a\0b");
  }

  @Test
  void anErrorIsToldWithItsChunkAndTheRestIsDropped() {
    SmtpTalk t = mx().envelope();
    t.raw("BDAT 2\r\na\0BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
    t.expect("550 5.6.0 Message contains NUL", "503 5.5.1 The message was refused already");
    t.expect("503 5.5.1 The message was refused already", "250 2.0.0 Nothing");
    assertThat(backend.messages).isEmpty();
    t.ask("RSET", "250").envelope().raw("BDAT 1 LAST\r\nx").expect("250 2.0.0 Delivered");
  }

  @Test
  void manyChunksBehindAFailureAreNoFaultOfTheClient() {
    SmtpTalk t = mx().envelope();
    t.raw("BDAT 1\r\n\0" + "BDAT 6\r\nQUIT\r\n".repeat(1000) + "NOOP\r\n").expect("550 5.6.0");
    for (int i = 0; i < 1000; i++) {
      t.expect("503 5.5.1");
    }
    t.expect("250 2.0.0 Nothing");
  }

  @Test
  void aChunkWithoutATransactionIsReadAndRefused() {
    SmtpTalk t = mx();
    t.raw("BDAT 6\r\nQUIT\r\nNOOP\r\n").expect("503 5.5.1 MAIL first", "250");
    t.hello().raw("BDAT 6 LAST\r\nQUIT\r\n").expect("503 5.5.1 MAIL first");
    t.ask("MAIL FROM:<a@b.c>", "250").raw("BDAT 6\r\nQUIT\r\n").expect("503 5.5.1 RCPT first");
    t.ask("MAIL FROM:<a@b.c>", "250").ask("RCPT TO:<green@foo.com>", "550");
    t.raw("BDAT 6 LAST\r\nQUIT\r\n").expect("554 5.5.1 No valid recipients").ask("NOOP", "250");
  }

  @Test
  void afterLastThereIsNoMore() {
    // RFC 3030 §2
    SmtpTalk t = mx().envelope();
    t.raw("BDAT 1 LAST\r\nxBDAT 6 LAST\r\nQUIT\r\n").expect("250 2.0.0", "503 5.5.1 MAIL first");
    assertThat(onlyMessage().text()).isEqualTo("x");
  }

  @Test
  void emptyChunks() {
    SmtpTalk t = mx().envelope();
    t.raw("BDAT 0\r\nBDAT 1\r\nxBDAT 0\r\nBDAT 0 LAST\r\n");
    t.expect("250 2.0.0 0 octets", "250 2.0.0 1", "250 2.0.0 0", "250 2.0.0 Delivered");
    assertThat(onlyMessage().text()).isEqualTo("x");
    t.envelope().raw("BDAT 0 LAST\r\n").expect("250 2.0.0 Delivered");
    assertThat(backend.messages.getLast().text()).isEmpty();
  }

  @Test
  void dataAndBdatDoNotMix() {
    // RFC 3030 §2
    SmtpTalk t = mx().envelope().raw("BDAT 1\r\nx").expect("250");
    t.ask("DATA", "503 5.5.1 Not between the chunks of a message");
    t.raw("BDAT 6 LAST\r\nQUIT\r\n").expect("503 5.5.1 The message was refused already");
    assertThat(backend.messages).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RCPT TO:<brown@foo.com>", "MAIL FROM:<a@b.c>", "FROB", "NOOP\0", "STARTTLS"})
  void anErrorBetweenChunksLeavesNoMessageWithoutAPiece(String line) {
    SmtpTalk t = mx().envelope().raw("BDAT 1\r\nx").expect("250").ask(line, "50");
    t.raw("BDAT 6 LAST\r\nQUIT\r\n").expect("503 5.5.1").ask("NOOP", "250");
    assertThat(backend.messages).isEmpty();
    assertThat(backend.events).containsExactly("aborted");
  }

  @Test
  void binaryNeedsBdat() {
    // RFC 3030 §3
    binary().ask("DATA", "503 5.5.1 BODY=BINARYMIME needs BDAT").ask("NOOP", "250");
    SmtpTalk t = mx().hello();
    assertThat(t.offered()).doesNotContain("BINARYMIME");
    t.ask("MAIL FROM:<a@b.c> BODY=BINARYMIME", "501 5.5.4 BODY is neither 7BIT nor 8BITMIME");
  }

  @Test
  void rsetForgetsTheChunks() {
    SmtpTalk t = mx().envelope().raw("BDAT 4\r\nold\nRSET\r\n");
    t.expect("550 5.6.11", "250 2.0.0 Forgotten");
    t.envelope().raw("BDAT 4\r\nold.RSET\r\n").expect("250", "250 2.0.0 Forgotten");
    t.raw("BDAT 6 LAST\r\nQUIT\r\n").expect("503 5.5.1 MAIL first");
    t.envelope().raw("BDAT 3 LAST\r\nnew").expect("250 2.0.0");
    assertThat(onlyMessage().text()).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BDAT",
        "BDAT ",
        "BDAT x",
        "BDAT -1",
        "BDAT +1",
        "BDAT 1 FIRST",
        "BDAT 1 LAST x",
        "BDAT LAST",
        "BDAT 1,2",
        "BDAT 0x10 LAST",
        "bdat 1\tLAST",
        "BDATA 1",
        "BDAT 1\0"
      })
  void whatCannotBeCountedEndsTheSession(String line) {
    // Or else the octets that follow would be taken for commands.
    mx().envelope().raw(line + "\r\nQUIT\r\n").expect("50").expectClosed();
    assertThat(backend.events).containsExactly("aborted");
  }

  @Test
  void aBareLfEndsNoBdat() {
    mx().envelope().raw("BDAT 6\nQUIT\r\n").expect("500 5.5.2 A line ends").expectClosed();
  }

  @Test
  void tooBigIsReadAndRefused() {
    SmtpTalk t = serve(MX.withMessageMax(65536)).connect().envelope();
    t.raw("BDAT 65536\r\n" + "x".repeat(65536)).expect("250 2.0.0 65536");
    t.raw("BDAT 1\r\nyBDAT 6 LAST\r\nQUIT\r\n");
    t.expect("552 5.3.4 Message larger than 65536 octets", "503 5.5.1").ask("NOOP", "250");
    t.envelope().raw("BDAT 65536 LAST\r\n" + "x".repeat(65536)).expect("250 2.0.0 Delivered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"120000000", "9223372036854775807", "99999999999999999999999999"})
  void whatIsFarTooBigEndsTheSessionUnread(String size) {
    TestServer server = serve(MX);
    server.connect().envelope().say("BDAT " + size + " LAST").expect("552 5.3.4").expectClosed();
    server.connect().say("BDAT " + size).expect("503 5.5.1 MAIL first").expectClosed();
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void whatIsReadForNothingIsBounded() {
    SmtpTalk t = serve(MX.withMessageMax(65536)).connect();
    String chunk = "BDAT 30000000\r\n" + "x".repeat(30_000_000);
    t.raw(chunk).expect("503").raw(chunk).expect("503");
    try {
      t.raw(chunk).expect("503").expectClosed();
    } catch (UncheckedIOException e) {
      // It had enough.
    }
  }

  @Test
  void theBackendMayRefuseBeforeTheText() {
    SmtpTalk t = mx().hello().ask("MAIL FROM:<a@b.c>", "250");
    t.ask("RCPT TO:<nospace@foo.com>", "250");
    t.raw("BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n").expect("452 4.3.1 No space", "503 5.5.1");
    t.envelope();
  }

  @Test
  void theBackendsFailureEndsTheSession() {
    SmtpTalk t = mx().hello().ask("MAIL FROM:<a@b.c>", "250");
    t.ask("RCPT TO:<writer@foo.com>", "250").raw("BDAT 6\r\nQUIT\r\n");
    t.expect("451 4.3.0 Local error").expectClosed();
  }

  @Test
  void aCutConnectionLeavesNothing() {
    TestServer server = serve(MX);
    server.connect().envelope().raw("BDAT 100\r\nhalf").cut();
    server.connect().envelope().raw("BDAT 4\r\nhalfBDAT 100 LAST\r\n").expect("250").close();
    server.close();
    assertThat(backend.messages).isEmpty();
    assertThat(backend.events).containsExactly("aborted", "aborted");
  }

  @Test
  void theEndOfTlsWithinAChunkLeavesNothing() {
    // CVE-2026-45185 in another server: TLS closed in the middle of a chunk, then plain octets.
    TestServer server = serveTls(MX, TlsMode.STARTTLS);
    SmtpTalk t = server.connect().hello().ask("STARTTLS", "220");
    t.startTls(LineClient.trustAll()).envelope().raw("BDAT 20 LAST\r\nhalf of it");
    t.endTlsAndSayInClear("the other");
    t.close();
    server.close();
    assertThat(backend.messages).isEmpty();
    assertThat(backend.events).containsExactly("aborted");
  }

  @Test
  void chunksShareTheTimeOfOneMessage() {
    var nanos = new AtomicLong();
    SmtpTalk t = serve(MX, nanos::get).connect().envelope();
    for (int minute = 0; minute < 8; minute += 4) {
      t.raw("BDAT 1\r\nx").expect("250 2.0.0 1");
      nanos.addAndGet(Duration.ofMinutes(4).toNanos());
    }
    t.raw("BDAT 1\r\nx").expect("250 2.0.0 1");
    nanos.addAndGet(Duration.ofMinutes(4).toNanos());
    t.say("BDAT 1").expect("421 4.4.2 foo.com waited too long, closing").expectClosed();
  }

  @Test
  void inLmtpTheLastChunkHasAReplyForEach() {
    SmtpTalk t = lmtp();
    t.say("LHLO bar.com").readReply();
    t.say("MAIL FROM:<>", "RCPT TO:<pat@foo.com>", "RCPT TO:<later@foo.com>");
    t.expect("250", "250", "250").raw("BDAT 2\r\n\nxBDAT 1 LAST\r\ny");
    t.expect("250 2.0.0 2 octets", "250 2.0.0 Delivered to <pat@foo.com>", "451 4.3.0 Not now");
    assertThat(onlyMessage().text()).isEqualTo("\r\nxy");
    t.say("MAIL FROM:<>", "RCPT TO:<pat@foo.com>", "RCPT TO:<later@foo.com>");
    t.expect("250", "250", "250").raw("BDAT 1 LAST\r\n\0").expect("550 5.6.0", "550 5.6.0");
    t.ask("NOOP", "250");
  }

  @Test
  void whereItIsNotOfferedItEndsTheSession() {
    SmtpTalk t = serve(MX.withFeatures(Set.of())).connect();
    assertThat(t.offered())
        .isEqualTo(
            List.of(
                "foo.com greets bar.com",
                "PIPELINING",
                "SIZE 52428800",
                "ENHANCEDSTATUSCODES",
                "8BITMIME",
                "HELP"));
    t.raw("BDAT 6\r\nQUIT\r\n").expect("502 5.5.1 BDAT is not offered here").expectClosed();
  }

  @Test
  void chunksOfNothingAreBounded() {
    SmtpTalk t = mx().envelope();
    String thousand = "BDAT 0\r\n".repeat(1000);
    for (int i = 0; i < 100; i++) {
      t.raw(thousand);
      for (int n = 0; n < 1000; n++) {
        t.expectLine("250 2.0.0 0 octets");
      }
    }
    t.say("BDAT 0").expect("421 4.7.0 foo.com Too many chunks").expectClosed();
  }

  @Test
  void aChunkBehindStarttlsIsForgotten() {
    // CVE-2011-0411
    SmtpTalk t = serveTls(MX, TlsMode.STARTTLS).connect().hello();
    t.raw("STARTTLS\r\nBDAT 1000\r\nEHLO evil\r\n").expect("220");
    t.startTls(LineClient.trustAll()).ask("MAIL FROM:<a@b.c>", "503 5.5.1 Say EHLO first");
    t.envelope().raw("BDAT 1 LAST\r\nx").expect("250 2.0.0 Delivered");
  }
}
