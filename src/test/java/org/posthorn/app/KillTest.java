package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.app.admin.Answer;
import org.posthorn.app.admin.Offline;
import org.posthorn.app.admin.Request;
import org.posthorn.app.command.TestServer;

/// Kills the real process under load, again and again: every message it acknowledged is there
/// afterwards, once, and what is stored is sound. `-Dkill.rounds=N` kills more often.
class KillTest {
  private static final int ROUNDS = Integer.getInteger("kill.rounds", 2);
  private static final int SENDERS = 4;

  /// A round ends after so many acknowledgements and up to as many more.
  private static final int ACKNOWLEDGED = 40;

  private static final long DEADLINE_SECONDS = 120;
  private static final String ANA = "ana@example.test";
  private static final String SECRET = TestMail.SECRET;
  private static final Pattern PORT =
      Pattern.compile("event=listening door=smtp address=\\S*:(\\d+) ");

  @TempDir private Path dir;
  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();

  @Test
  void whatWasAcknowledgedIsThereOnceAfterAKill() throws Exception {
    Random random = new Random(ROUNDS);
    provide();
    for (int round = 0; round < ROUNDS; round++) {
      killUnderLoad(round, ACKNOWLEDGED + random.nextInt(ACKNOWLEDGED));
      Answer check = Offline.run(data(), Request.of("check"));
      assertThat(check.error()).as("%s", check.lines()).isEmpty();
    }
    Map<String, Integer> found = new HashMap<>();
    try (Server server = Server.start(TestServer.settings(data()))) {
      for (String subject : TestMail.subjects(server, "imap", ANA, SECRET)) {
        found.merge(subject, 1, Integer::sum);
      }
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * ACKNOWLEDGED);
    Set<String> lost = new TreeSet<>(acknowledged);
    lost.removeAll(found.keySet());
    assertThat(lost).isEmpty();
    assertThat(found.values()).allMatch(copies -> copies == 1);
  }

  private void provide() {
    try (Server server = Server.start(TestServer.settings(data()))) {
      server.administration().provide(ANA, SECRET);
    }
  }

  private void killUnderLoad(int round, int enough) throws Exception {
    Path log = dir.resolve("log" + round);
    Process process = start(log);
    try {
      int port = port(process, log);
      CountDownLatch acks = new CountDownLatch(enough);
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        String name = "round " + round + " sender " + i + " message ";
        senders.add(Thread.ofVirtual().start(() -> send(port, name, acks)));
      }
      assertThat(acks.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
      process.destroyForcibly().waitFor();
      for (Thread sender : senders) {
        sender.join();
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(Path log) throws IOException {
    Path config = dir.resolve("posthorn.toml");
    Files.writeString(
        config,
        """
        hostname = "mail.example.test"
        data = "%s"
        metrics.enabled = false
        [listen]
        smtp = { bind = ["127.0.0.1:0"] }
        submission = { enabled = false }
        submissions = { enabled = false }
        imap = { enabled = false }
        imaps = { enabled = false }
        pop3 = { enabled = false }
        pop3s = { enabled = false }
        """
            .formatted(data()));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "org.posthorn.app.Main",
            "serve",
            "--config",
            config.toString())
        .redirectError(log.toFile())
        .start();
  }

  /// Waits for READY, then reads the port from the log.
  private static int port(Process process, Path log) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    assertThat(line).as(Files.readString(log)).isEqualTo("READY");
    Matcher port = PORT.matcher(Files.readString(log));
    assertThat(port.find()).as(Files.readString(log)).isTrue();
    return Integer.parseInt(port.group(1));
  }

  /// Sends until the server dies, noting what it acknowledged.
  private void send(int port, String name, CountDownLatch acks) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      reply(in);
      say(socket, "HELO x\r\n");
      reply(in);
      for (int i = 0; ; i++) {
        String subject = name + i;
        say(socket, "MAIL FROM:<x@elsewhere.test>\r\nRCPT TO:<" + ANA + ">\r\nDATA\r\n");
        reply(in);
        reply(in);
        reply(in);
        say(socket, "Subject: " + subject + "\r\n\r\nBody of " + subject + ".\r\n.\r\n");
        if (reply(in).startsWith("250 ")) {
          acknowledged.add(subject);
          acks.countDown();
        }
      }
    } catch (IOException e) {
      // The server was killed, as it should be.
    }
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String reply(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("closed");
    }
    return line;
  }

  private Path data() {
    return dir.resolve("data");
  }
}
