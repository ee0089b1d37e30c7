package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.Await;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

/// What is no command at all: a clear answer or a clean close, and the next session is unharmed.
class WrongInputTest extends Pop3Test {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "FROB",
        "APOP mrose c4c9334b",
        "RETRIEVE 1",
        " STAT",
        "STAT\t",
        "M\u00fcll",
        "UTF8",
        "LANG",
        "XTND",
        "GET / HTTP/1.1"
      })
  void unknownCommands(String line) throws IOException {
    LineClient c = login();
    sayExactly(c, line, "-ERR unknown command");
    say(c, "NOOP", "+OK");
  }

  @Test
  void controlCharactersAreRefused() throws IOException {
    LineClient c = login();
    sayExactly(c, "LIST \0001", "-ERR control character in command");
    sayExactly(c, "LIST 1\r", "-ERR control character in command");
    sayExactly(c, "LIST \u001b[0m", "-ERR control character in command");
    say(c, "NOOP", "+OK");
  }

  @Test
  void aBareLfEndsALine() throws IOException {
    LineClient c = login();
    c.raw("NOOP\n").expect("+OK");
  }

  @Test
  void longLinesAreRefused() throws IOException {
    LineClient c = login();
    sayExactly(c, "NOOP " + "x".repeat(2044), "-ERR line too long");
    sayExactly(c, "x".repeat(10_000), "-ERR line too long");
    sayExactly(c, "x".repeat(1_000_000), "-ERR line too long");
    say(c, "NOOP", "+OK");
  }

  @Test
  void anEndlessLineEndsTheConnection() throws IOException {
    LineClient c = stranger();
    byte[] block = new byte[1 << 16];
    Arrays.fill(block, (byte) 'x');
    try {
      for (int i = 0; i < 64; i++) {
        c.raw(block);
      }
      c.expect("-ERR line too long");
      c.expectEnd();
    } catch (IOException e) {
      // It had enough, and its reset overtook the reply.
    }
    login();
  }

  @Test
  void tooManyErrorsEndTheSession() throws IOException {
    LineClient c = stranger();
    for (int i = 0; i < 11; i++) {
      say(c, "FROB", "-ERR");
    }
    c.expectEnd();
    LineClient d = login();
    for (int i = 0; i < 101; i++) {
      say(d, "FROB", "-ERR");
    }
    d.expectEnd();
    assertThat(server().counters().sessionsCutShort.sum()).isEqualTo(2);
  }

  @Test
  void everyOctetAsACommand() throws IOException {
    for (int i = 0; i < 256; i++) {
      LineClient c = stranger();
      c.raw(new byte[] {(byte) i, '\r', '\n'}).expect("-ERR ");
      if (i == '\n') {
        c.expect("-ERR "); // the empty line behind it
      }
      say(c, "QUIT", "+OK");
      c.close();
    }
  }

  @Test
  void noiseEndsInRepliesOrAClose() throws IOException {
    storeOfSize(100);
    Random random = new Random(7);
    for (int round = 0; round < 30; round++) {
      byte[] noise = new byte[3000];
      random.nextBytes(noise);
      LineClient c = round % 2 == 0 ? stranger() : login();
      try {
        c.raw(noise).raw("\r\nQUIT\r\n");
        for (String line = c.readLine(); line != null; line = c.readLine()) {
          assertThat(line).matches("(\\+OK|-ERR).*");
        }
      } catch (IOException e) {
        // Closed on us while we were talking.
      }
      c.close();
      Await.until(() -> server().counters().open.sum() == 0);
    }
    sayExactly(login(), "STAT", "+OK 1 100");
    assertThat(server().counters().internalErrors.sum()).isZero();
  }

  @Test
  void whoDoesNotLogInIsCutOff() throws IOException {
    var config = OPEN.withLoginTimeout(Duration.ofMillis(200));
    LineClient c = connect(listen(server(config), TlsMode.NONE));
    c.expect("+OK");
    c.expectEnd();
  }

  @Test
  void aClientThatDoesNotReadHarmsNobody() throws IOException {
    store("Subject: x\r\n\r\n" + ("y".repeat(70) + "\r\n").repeat(100_000));
    LineClient stalled = login();
    stalled.send("RETR 1").expect("+OK"); // and reads no further
    // Takes the drop over as soon as the server has filled what the kernel holds, and waits.
    Await.until(() -> {
      nanos.addAndGet(Claims.SILENCE_MAX.toNanos());
      return takesOver();
    });
    assertThat(server().counters().takenOver.sum()).isEqualTo(1);
  }

  private boolean takesOver() {
    try (LineClient c = stranger()) {
      say(c, "USER " + NAME, "+OK");
      return c.send("PASS " + PASSWORD).readLine().startsWith("+OK");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aStoppingServerRemovesNothing() throws Exception {
    storeOfSize(100);
    var listener = listen(server(OPEN), TlsMode.NONE);
    LineClient c = connect(listener);
    c.expect("+OK");
    logIn(c);
    say(c, "DELE 1", "+OK");
    listener.drain(Duration.ofSeconds(20));
    c.expectEnd();
    assertThat(inInbox()).isEqualTo(1);
  }
}
