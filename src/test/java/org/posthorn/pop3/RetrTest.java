package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.Await;
import org.posthorn.net.LineClient;

class RetrTest extends Pop3Test {
  @Test
  void sendsTheMessage() throws IOException {
    String text = "From: a@b.test\r\nSubject: x\r\n\r\nHello\r\n";
    store(text);
    LineClient c = login();
    sayExactly(c, "RETR 1", "+OK " + text.length() + " octets");
    assertThat(new String(c.readBytes(text.length()), StandardCharsets.ISO_8859_1)).isEqualTo(text);
    assertThat(c.readLine()).isEqualTo(".");
    assertThat(server().counters().messagesRetrieved.sum()).isEqualTo(1);
  }

  @Test
  void dotsAreStuffed() throws IOException {
    store("Subject: x\r\n\r\n.\r\n..\r\n.a\r\na.\r\n\r\n.\r\n");
    LineClient c = login();
    String wire = "Subject: x\r\n\r\n..\r\n...\r\n..a\r\na.\r\n\r\n..\r\n.\r\n";
    say(c, "RETR 1", "+OK 34 octets");
    assertThat(new String(c.readBytes(wire.length()), StandardCharsets.ISO_8859_1)).isEqualTo(wire);
  }

  @Test
  void aMissingLineEndIsAdded() throws IOException {
    store("Subject: x\r\n\r\nno end");
    store("Subject: x\r\n\r\n.");
    store("Subject: x");
    store("");
    LineClient c = login();
    assertThat(text(lines(c, "RETR 1"))).isEqualTo("Subject: x\r\n\r\nno end\r\n");
    assertThat(text(lines(c, "RETR 2"))).isEqualTo("Subject: x\r\n\r\n.\r\n");
    assertThat(text(lines(c, "RETR 3"))).isEqualTo("Subject: x\r\n");
    assertThat(lines(c, "RETR 4")).isEmpty();
    say(c, "NOOP", "+OK");
  }

  @Test
  void bareLineFeedsBecomeLineEnds() throws IOException {
    store("Subject: x\n\n.\nb\rc\n");
    LineClient c = login();
    say(c, "RETR 1", "+OK");
    String wire = "Subject: x\r\n\r\n..\r\nb\rc\r\n.\r\n";
    assertThat(new String(c.readBytes(wire.length()), StandardCharsets.ISO_8859_1)).isEqualTo(wire);
  }

  /// Dots and line ends at every place of the pieces a message is read in.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyOctets(int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("Subject: x\r\n\r\n");
    String[] parts = {".", "\r\n", "\r\n.", "a", "\u00e9", "\0", "\r", "x".repeat(900)};
    while (text.length() < 150_000) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    text.append("\r\n");
    store(text.toString());
    LineClient c = login();
    c.send("RETR 1").expect("+OK " + text.length() + " octets");
    String wire = text.toString().replace("\r\n.", "\r\n..") + ".\r\n";
    assertThat(new String(c.readBytes(wire.length()), StandardCharsets.ISO_8859_1)).isEqualTo(wire);
    say(c, "NOOP", "+OK");
  }

  @Test
  void marksSeenWhenTheSessionEnds() throws IOException {
    storeOfSize(100);
    storeOfSize(100);
    storeOfSize(100);
    LineClient c = login();
    lines(c, "RETR 1");
    lines(c, "RETR 3");
    lines(c, "TOP 2 10");
    say(c, "DELE 3", "+OK");
    assertThat(unseen()).isEqualTo(3);
    say(c, "QUIT", "+OK");
    assertThat(unseen()).isEqualTo(1);
    assertThat(inInbox()).isEqualTo(2);
  }

  @Test
  void marksSeenWithoutQuitToo() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    lines(c, "RETR 1");
    c.close();
    Await.until(() -> unseen() == 0);
  }

  @Test
  void whatImapExpungedKeepsItsNumber() throws IOException {
    long first = storeOfSize(100);
    storeOfSize(200);
    LineClient c = login();
    expunge(first);
    sayExactly(c, "RETR 1", "-ERR message 1 was removed by another program");
    sayExactly(c, "TOP 1 0", "-ERR message 1 was removed by another program");
    sayExactly(c, "STAT", "+OK 2 300");
    say(c, "RETR 2", "+OK 200 octets");
  }

  @Test
  void numbers() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    sayExactly(c, "RETR", "-ERR syntax: RETR message");
    sayExactly(c, "RETR 0", "-ERR syntax: RETR message");
    sayExactly(c, "RETR x", "-ERR syntax: RETR message");
    sayExactly(c, "RETR 2", "-ERR no such message, only 1 message in maildrop");
    sayExactly(c, "RETR 2147483648", "-ERR no such message, only 1 message in maildrop");
    sayExactly(c, "RETR 99999999999999999999", "-ERR no such message, only 1 message in maildrop");
    say(c, "RETR 0001", "+OK");
    c.readUntil(".");
    say(c, "DELE 1", "+OK");
    sayExactly(c, "RETR 1", "-ERR message 1 already deleted");
  }
}
