package org.posthorn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.admin.AdminClient;
import org.posthorn.app.admin.Administration;
import org.posthorn.app.admin.Request;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.smtp.client.RemoteServer;

/// The real process is killed by SIGKILL while it sends what clients give it, again and again.
/// Afterwards every message that was accepted has reached the other server; twice only what was
/// under way when the server died; nobody was asked more often than the kills and the schedule
/// explain; whoever got a refusal was told of it; and nothing is wrong on the disk.
///
/// `-Dposthorn.kill.rounds=10 -Dposthorn.kill.seed=N` for more than the normal build does.
class SendKillTest {
  private static final int ROUNDS = Integer.getInteger("posthorn.kill.rounds", 2);
  private static final long SEED = Long.getLong("posthorn.kill.seed", 1);

  private static final String USER = "ana@kill.test";
  private static final String PASSWORD = "pass-word-for-all";
  private static final int SESSIONS = 3;

  /// That each session sends in one life of the server: enough for it to be killed.
  private static final int MESSAGES = 100;

  /// Deliveries at once to one destination, which the configuration says.
  private static final int AT_ONCE = 10;

  /// The server dies when the other one has so many messages more, before it is told so or after.
  private static final int TAKEN_MIN = 20;

  private static final int TAKEN_MAX = 150;

  private static final Pattern ID = Pattern.compile("(?m)^X-Id: (\\w+)");
  private static final Pattern TO = Pattern.compile("RCPT TO:<(\\w+?)(m\\d+)@");

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final AtomicInteger ids = new AtomicInteger();

  // By id; what is to be refused for ever, once or never has an own kind of recipient.
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> hopeless = ConcurrentHashMap.newKeySet();

  // What the other server saw.
  private final Map<String, List<Integer>> rounds = new ConcurrentHashMap<>(); // of each copy
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger greylisted = new AtomicInteger();
  private volatile int round;
  private volatile int killAt = Integer.MAX_VALUE;
  private RemoteServer other;
  private volatile ServerProcess server;

  @BeforeEach
  void open() throws IOException {
    other = RemoteServer.start(this::serve);
    try (Core core = core()) {
      new Administration(core).provide(USER, PASSWORD);
    }
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.kill();
    }
    other.close();
  }

  private Core core() {
    return Core.open(DataDirectory.open(directory.resolve("data")), DirectoryOptions.DEFAULT);
  }

  private Path log() {
    return directory.resolve("log");
  }

  private void start() throws IOException {
    String more =
        """
        relay.networks = ["127.0.0.1"]
        queue.retry = ["1s", "1s", "2s"]
        queue.per-domain = %d
        outbound.smarthosts = [{ host = "127.0.0.1", port = %d, tls = "never" }]
        """;
    server =
        ServerProcess.start(
            directory.resolve("data"), log(), more.formatted(AT_ONCE, other.port()));
  }

  // ---- the other server

  private void serve(RemoteServer.Peer peer) throws IOException {
    int life = round; // what is read after its end was sent before
    peer.send("220 sink.test");
    for (String line = peer.line(); line != null; line = peer.line()) {
      switch (line.substring(0, 4)) {
        case "EHLO" -> peer.send("250-sink.test", "250 8BITMIME");
        case "RCPT" -> peer.send(judge(line));
        case "DATA" -> {
          peer.send("354 go on");
          takes(peer, life);
        }
        default -> peer.send("250 ok");
      }
    }
  }

  private String judge(String rcpt) {
    Matcher m = TO.matcher(rcpt);
    assertThat(m.find()).as(rcpt).isTrue();
    int before = asked.computeIfAbsent(m.group(2), k -> new AtomicInteger()).getAndIncrement();
    return switch (m.group(1)) {
      case "never" -> "550 5.1.1 no such user";
      case "later" -> before == 0 ? later() : "250 ok";
      default -> "250 ok";
    };
  }

  private String later() {
    greylisted.incrementAndGet();
    return "450 4.7.1 greylisted";
  }

  private void takes(RemoteServer.Peer peer, int life) throws IOException {
    Matcher id = ID.matcher(peer.data());
    assertThat(id.find()).isTrue();
    List<Integer> copies = rounds.computeIfAbsent(id.group(1), k -> new ArrayList<>());
    synchronized (copies) {
      copies.add(life);
    }
    boolean last = taken.incrementAndGet() == killAt;
    boolean told = ThreadLocalRandom.current().nextBoolean();
    if (last && !told) {
      server.kill();
      throw new EOFException("killed");
    }
    peer.send("250 taken");
    if (last) {
      server.kill();
    }
  }

  // ---- its clients

  private void submit() {
    try (Talk smtp = new Talk(server.at("smtp"))) {
      smtp.reply("220");
      smtp.send("EHLO client.test\r\n").reply("250");
      for (int i = 0; i < MESSAGES; i++) {
        String id = "m" + ids.incrementAndGet();
        int kind = ThreadLocalRandom.current().nextInt(10);
        String to = (kind == 0 ? "never" : kind == 1 ? "later" : "u") + id + "@far.test";
        smtp.send("MAIL FROM:<" + USER + ">\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
        smtp.reply("250");
        smtp.reply("250");
        smtp.reply("354");
        smtp.send(Messages.text(id, ThreadLocalRandom.current()) + ".\r\n").reply("250");
        (kind == 0 ? hopeless : accepted).add(id);
      }
    } catch (IOException e) {
      // The server was killed.
    }
  }

  private void loadAndKill() throws Exception {
    killAt = taken.get() + random.nextInt(TAKEN_MIN, TAKEN_MAX);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      clients.add(Thread.ofVirtual().start(this::submit));
    }
    for (Thread t : clients) {
      t.join();
    }
    Await.until(() -> !server.isAlive());
    killAt = Integer.MAX_VALUE;
    round++;
  }

  // ---- what must hold

  @Test
  void whatWasAcceptedArrives() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      start();
      loadAndKill();
      if (random.nextBoolean()) {
        check();
      }
    }
    start();
    Await.until(() -> waiting() == 0);
    assertThat(rounds.keySet()).containsAll(accepted);
    assertThat(notices().keySet()).containsAll(hopeless);
    server.kill();
    check();
    assertThat(accepted).hasSizeGreaterThan(TAKEN_MIN);
    assertThat(hopeless).isNotEmpty();
    assertThat(rounds.keySet()).doesNotContainAnyElementsOf(hopeless);
    copies();
    attempts();
  }

  /// No more than what was under way when the server died, and never twice in one of its lives.
  private void copies() {
    int[] again = new int[ROUNDS + 1];
    rounds.forEach((id, copies) -> {
      assertThat(copies).as("lives in which " + id + " was sent").doesNotHaveDuplicates();
      copies.subList(0, copies.size() - 1).forEach(r -> again[r]++);
    });
    assertThat(again)
        .as("sent again, of each life")
        .satisfies(all -> {
          for (int n : all) {
            assertThat(n).isLessThanOrEqualTo(AT_ONCE);
          }
        });
  }

  /// Once for each life of the server that began it, and once more if it was told to come again.
  private void attempts() {
    asked.forEach((id, n) -> assertThat(n.get()).as(id).isLessThanOrEqualTo(ROUNDS + 2));
    int all = asked.values().stream().mapToInt(AtomicInteger::get).sum();
    assertThat(all).isLessThanOrEqualTo(asked.size() + greylisted.get() + ROUNDS * AT_ONCE);
  }

  /// Messages that wait.
  private int waiting() {
    var data = directory.resolve("data");
    var answer = AdminClient.ask(data, Request.of("queue.list")).orElseThrow();
    return answer.result().path("message-count").intValue();
  }

  /// The sender's inbox: how many notices about each message.
  private Map<String, Integer> notices() {
    Map<String, Integer> all = new ConcurrentHashMap<>();
    try (Talk imap = new Talk(server.at("imap"))) {
      imap.line();
      imap.command("LOGIN " + USER + " " + PASSWORD);
      imap.command("SELECT INBOX");
      for (String response : imap.command("FETCH 1:* (BODY.PEEK[])")) {
        Matcher id = ID.matcher(response);
        if (id.find()) {
          assertThat(response).contains("Action: failed", "550 5.1.1 no such user");
          all.merge(id.group(1), 1, Integer::sum);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    int more = all.values().stream().mapToInt(n -> n - 1).sum();
    assertThat(more).as("notices that came twice").isLessThanOrEqualTo(ROUNDS * AT_ONCE);
    return all;
  }

  private void check() throws IOException {
    try (Core core = core()) {
      assertThat(core.store().check()).isEmpty();
      assertThat(core.directory().check()).isEmpty();
      assertThat(core.queue().check()).isEmpty();
    } catch (RuntimeException e) {
      throw new AssertionError(Files.readString(log()), e);
    }
  }
}
