package org.posthorn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.app.Server;
import org.posthorn.app.admin.Answer;
import org.posthorn.app.admin.Request;
import org.posthorn.app.command.TestServer;
import org.posthorn.net.LineClient;

/// What attackers send, at the doors of the whole server: each gets a plain answer or a close,
/// never a look inside, and the next session is unharmed. After everything the store is in order.
///
/// The packages have tables of wrong input for every command; here is what goes across them.
class HostileInputTest {
  private static final String ANA = "ana@example.test";
  private static final String SECRET = "some-long-password-1";

  /// Nothing that a client reads may look like this.
  private static final Pattern INSIDES =
      Pattern.compile("Exception|java\\.|org\\.posthorn|\\bat [a-z]+\\.[a-z]+\\.|NullPointer");

  private static final int ENDLESS = 4 << 20;

  @TempDir private static Path dir;

  private static Server server;

  @BeforeAll
  static void start() {
    server = Server.start(TestServer.settings(dir.resolve("data")));
    server.administration().provide(ANA, SECRET);
  }

  @AfterAll
  static void stop() {
    Answer check = server.administration().run(new Request("check", Map.of()));
    server.close();
    assertThat(check.ok()).as("%s", check).isTrue();
  }

  @AfterEach
  void nextSessionsAreUnharmed() throws IOException {
    try (LineClient imap = imap()) {
      imap.ask("z SELECT INBOX", "z OK");
    }
    try (LineClient pop3 = connect("pop3")) {
      pop3.ask("CAPA", ".");
    }
    try (LineClient smtp = connect("smtp")) {
      smtp.ask("EHLO a.test", "250 ");
    }
    try (LineClient smtps = connect("submissions")) {
      smtps.ask("EHLO a.test", "250 ");
    }
  }

  private static InetSocketAddress address(String door) {
    return server.doors().stream()
        .filter(d -> d.name().equals(door))
        .findFirst()
        .orElseThrow()
        .address();
  }

  private static LineClient connect(String door) throws IOException {
    LineClient client =
        door.endsWith("s")
            ? LineClient.connectTls(address(door))
            : LineClient.connect(address(door));
    client.readLine();
    return client;
  }

  private static LineClient imap() throws IOException {
    LineClient client = connect("imap");
    client.ask("l LOGIN " + ANA + " " + SECRET, "l OK");
    return client;
  }

  /// Sends from a thread of its own, as an attacker does who does not wait for answers, and reads
  /// until the server ends it; a reset on the way is an end, too.
  private static String answers(LineClient client, byte[] octets) throws IOException {
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.raw(octets).endOutput();
              } catch (IOException | UnsupportedOperationException e) {
                // Cut off, as it deserves.
              }
            });
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      for (int c = client.socket().getInputStream().read();
          c >= 0;
          c = client.socket().getInputStream().read()) {
        all.write(c);
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("neither answered nor closed after " + all, e);
    } catch (IOException e) {
      // Reset.
    }
    try {
      sender.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    String text = all.toString(StandardCharsets.ISO_8859_1);
    assertThat(INSIDES.matcher(text).find()).as(text).isFalse();
    return text;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"smtp", "submission", "lmtp", "imap", "pop3"})
  void anEndlessLine(String door) throws IOException {
    try (LineClient client = connect(door)) {
      assertThat(answers(client, octets("A".repeat(ENDLESS)))).containsIgnoringCase("too long");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "smtp,EHLO ",
    "submission,AUTH PLAIN ",
    "lmtp,RCPT TO:<",
    "imap,a LOGIN ",
    "pop3,USER "
  })
  void everyOctetAndNoise(String door, String begin) throws IOException {
    Random random = new Random(door.hashCode());
    for (int round = 0; round < 20; round++) {
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      for (int i = 0; i < 256; i++) {
        octets.writeBytes(octets(begin));
        octets.write(i);
        byte[] noise = new byte[random.nextInt(8)];
        random.nextBytes(noise);
        octets.writeBytes(noise);
        octets.writeBytes(octets("\r\n"));
      }
      try (LineClient client = connect(door)) {
        answers(client, octets.toByteArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"smtp", "submission", "lmtp", "imap", "pop3"})
  void tenThousandUnknownCommands(String door) throws IOException {
    try (LineClient client = connect(door)) {
      String reply = answers(client, octets("a BOGUS x\r\n".repeat(10_000)));
      assertThat(reply.length()).isLessThan(2000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a LOGIN {4294967295+}\r\n",
        "a LOGIN {18446744073709551615+}\r\n",
        "a APPEND INBOX {4294967295+}\r\n",
        "a X {2000000+}\r\n"
      })
  void endlessLiteralsBeforeLogin(String announced) throws IOException {
    try (LineClient client = connect("imap")) {
      assertThat(answers(client, octets(announced + "A".repeat(ENDLESS)))).contains("* BYE");
    }
  }

  /// Good ones, from one who does not wait: each is answered, or the session ends.
  @Test
  void aMillionCommandsInOneGo() throws IOException {
    try (LineClient client = connect("smtp")) {
      String replies = answers(client, octets("NOOP\r\n".repeat(1_000_000)));
      assertThat(replies.lines()).allMatch(l -> l.startsWith("250 ") || l.startsWith("421 "));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "smtp,STARTTLS,220,NOOP,503",
    "submission,STARTTLS,220,NOOP,503",
    "imap,a STARTTLS,a OK,b NOOP,a BAD",
    "pop3,STLS,+OK,NOOP,-ERR"
  })
  void whatFollowsStartTlsInClearIsNotObeyed(
      String door, String start, String ready, String injected, String refused) throws IOException {
    try (LineClient client = connect(door)) {
      if (door.startsWith("s")) {
        client.ask("EHLO a.test", "250 ");
      }
      client.raw(start + "\r\n" + injected + "\r\n" + injected + "\r\n");
      client.expect(ready);
      client.startTls();
      client.send(start);
      client.expect(refused); // the first answer is to this
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"submissions", "imaps", "pop3s"})
  void garbageInsteadOfTls(String door) throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[1 + random.nextInt(400)];
      random.nextBytes(noise);
      if (i % 2 == 0) {
        System.arraycopy(new byte[] {22, 3, 1}, 0, noise, 0, Math.min(3, noise.length));
      }
      try (LineClient client = LineClient.connect(address(door))) {
        answers(client, noise);
      }
    }
  }

  @Test
  void cutInTheMiddleOfAMessage() throws IOException {
    String message = "Subject: cut\r\n\r\n" + "text\r\n".repeat(100);
    for (int at = 0; at < message.length(); at += 61) {
      try (LineClient lmtp = connect("lmtp")) {
        lmtp.ask("LHLO a.test", "250 ");
        lmtp.ask("MAIL FROM:<>", "250 ");
        lmtp.ask("RCPT TO:<" + ANA + ">", "250 ");
        lmtp.ask("DATA", "354 ");
        lmtp.raw(message.substring(0, at));
        if (at % 2 == 0) {
          lmtp.reset();
        }
      }
      try (LineClient imap = imap()) {
        imap.ask("a APPEND Drafts {" + message.length() + "}", "+ ");
        imap.raw(message.substring(0, at));
        if (at % 2 == 1) {
          imap.reset();
        }
      }
    }
    try (LineClient submissions = connect("submissions")) {
      String login = "\0" + ANA + "\0" + SECRET;
      submissions.ask("EHLO a.test", "250 ");
      submissions.ask("AUTH PLAIN " + Base64.getEncoder().encodeToString(octets(login)), "235 ");
      submissions.ask("MAIL FROM:<" + ANA + ">", "250 ");
      submissions.ask("RCPT TO:<" + ANA + ">", "250 ");
      submissions.ask("DATA", "354 ");
      submissions.raw(message);
      submissions.tls().shutdownOutput(); // close_notify
      assertThat(submissions.readLine()).isNull();
    }
    try (LineClient imap = imap()) {
      assertThat(imap.ask("s STATUS Drafts (MESSAGES)", "s OK").getFirst()).contains("MESSAGES 0)");
      assertThat(imap.ask("s STATUS INBOX (MESSAGES)", "s OK").getFirst()).contains("MESSAGES 0)");
    }
  }

  @Test
  void whoNeverReadsIsNoBurden() throws IOException {
    try (LineClient imap = imap()) {
      String body = "Subject: large\r\n\r\n" + "0123456789\r\n".repeat(100_000);
      imap.ask("a CREATE Large", "a OK");
      imap.raw("a APPEND Large {" + body.length() + "+}\r\n" + body + "\r\n");
      imap.expect("a OK");
    }
    List<LineClient> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        LineClient client = imap();
        silent.add(client);
        client.ask("a SELECT Large", "a OK");
        client.raw("b FETCH 1 BODY.PEEK[]\r\n".repeat(20));
      }
      nextSessionsAreUnharmed();
    } finally {
      for (LineClient client : silent) {
        client.reset();
      }
    }
  }

  @Test
  void aThousandHalfOpen() throws IOException {
    byte[] half = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3, 1, 1, 1};
    String[] doors = {"imap", "imaps", "smtp", "pop3s", "submissions"};
    List<LineClient> open = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        LineClient client = LineClient.connect(address(doors[i % doors.length]));
        open.add(client);
        if (doors[i % doors.length].endsWith("s")) {
          client.raw(half);
        }
      }
      nextSessionsAreUnharmed();
    } finally {
      for (LineClient client : open) {
        client.reset();
      }
    }
  }

  @Test
  void bombsAreStoredAndShown() throws IOException {
    String head = "From: a@b.test\r\nSubject: bomb\r\nMIME-Version: 1.0\r\n";
    StringBuilder nested = new StringBuilder(head);
    for (int i = 0; i < 5000; i++) {
      nested.append("Content-Type: multipart/mixed; boundary=b").append(i);
      nested.append("\r\n\r\n--b").append(i).append("\r\n");
    }
    StringBuilder continued = new StringBuilder(head).append("Content-Type: text/plain");
    for (int i = 20_000; i >= 0; i--) {
      continued.append(";\r\n name*").append(i).append("*=utf-8''%41");
    }
    String mixed = head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    List<String> bombs =
        List.of(
            nested.toString(),
            head + "Content-Type: message/rfc822\r\n\r\n".repeat(5000),
            mixed + "--b\r\n\r\nx\r\n".repeat(20_000) + "--b--\r\n",
            head + "To: x@y.test\r\n".repeat(50_000) + "\r\n",
            head
                + "To: "
                + "(".repeat(100_000)
                + "\r\n"
                + "Cc: "
                + "g:".repeat(50_000)
                + "\r\n\r\n",
            head + "X: " + "y".repeat(2_000_000) + "\r\n\r\n",
            continued + "\r\n\r\n");
    try (LineClient lmtp = connect("lmtp");
        LineClient imap = imap()) {
      lmtp.ask("LHLO a.test", "250 ");
      imap.ask("a SELECT INBOX", "a OK");
      for (String bomb : bombs) {
        lmtp.ask("MAIL FROM:<>", "250 ");
        lmtp.ask("RCPT TO:<" + ANA + ">", "250 ");
        lmtp.ask("DATA", "354 ");
        lmtp.raw(bomb + "\r\n");
        lmtp.ask(".", "250 ");
        for (String item : List.of("ENVELOPE", "BODYSTRUCTURE", "BODY[1.1.1.1]<0.10>")) {
          List<String> shown = imap.ask("f FETCH * " + item, "f OK");
          assertThat(String.join("", shown).length()).isLessThan(200_000);
        }
        imap.ask("f SEARCH SUBJECT nothing", "f OK");
      }
      imap.ask("g STORE 1:* +FLAGS.SILENT (\\Deleted)", "g OK");
      imap.ask("g EXPUNGE", "g OK");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SEARCH,NOT ,10000,ALL",
    "SEARCH,OR ALL ,10000,ALL",
    "SEARCH,(,10000,ALL",
    "FETCH 1,(,10000,FLAGS",
    "UID FETCH 1:4294967295,',1:*',10000,' FLAGS'",
    "LIST \"\" ,%*,400,x",
    "CREATE ,x/,5000,y",
    "CREATE ,..,100,",
    "CREATE ,&,100,",
    "STORE 1 +FLAGS (,k,5000,)"
  })
  void deepLongAndStrange(String command, String repeated, int times, String end)
      throws IOException {
    try (LineClient imap = imap()) {
      imap.ask("a SELECT INBOX", "a OK");
      String rest = repeated.repeat(times) + (end == null ? "" : end);
      imap.send("b " + command + (command.contains(" ") ? "" : " ") + rest);
      List<String> answer = imap.readUntil("b ");
      assertThat(INSIDES.matcher(answer.getLast()).find()).isFalse();
      imap.ask("c NOOP", "c OK");
    }
  }

  @Test
  void copyingCopiesEnds() throws IOException {
    try (LineClient imap = imap()) {
      imap.ask("a CREATE Copies", "a OK");
      imap.raw("a APPEND Copies {6+}\r\nA: b\r\n\r\n");
      imap.expect("a OK");
      imap.ask("a SELECT Copies", "a OK");
      String last = "OK";
      for (int i = 0; i < 20 && last.contains("OK"); i++) {
        last = imap.ask("b UID COPY 1:* Copies", "b ").getLast();
        imap.ask("c NOOP", "c OK");
      }
      assertThat(last).startsWith("b NO [LIMIT]");
    }
  }
}
