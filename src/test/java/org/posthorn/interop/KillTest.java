package org.posthorn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.admin.Administration;
import org.posthorn.directory.DirectoryOptions;

/// The real process is killed by SIGKILL while clients load it, again and again. Afterwards every
/// acknowledged message is there once, acknowledged flags, moves and expunges hold, what was not
/// acknowledged happened wholly or not at all, and nothing is wrong on the disk.
///
/// `-Dposthorn.kill.rounds=50 -Dposthorn.kill.seed=N` for more than the normal build does.
class KillTest {
  private static final int ROUNDS = Integer.getInteger("posthorn.kill.rounds", 2);
  private static final long SEED = Long.getLong("posthorn.kill.seed", 1);

  private static final List<String> USERS =
      List.of("ana@kill.test", "bo@kill.test", "cy@kill.test");
  private static final String PASSWORD = "pass-word-for-all";

  private static final int SMTP_SESSIONS = 4;

  /// The server dies when its clients have had so many answers in a round, or a moment later.
  private static final int ANSWERS_MIN = 10;

  private static final int ANSWERS_MAX = 400;
  private static final int MOMENT_MAX_NANOS = 3_000_000;

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final List<Ledger> ledgers = new ArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();
  private ServerProcess server;

  KillTest() {
    USERS.forEach(u -> ledgers.add(new Ledger()));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.kill();
    }
  }

  @Test
  void nothingAcknowledgedIsLost() throws Exception {
    provide();
    start();
    for (int round = 0; round < ROUNDS; round++) {
      loadAndKill();
      if (random.nextBoolean()) {
        check(); // recovers, so that the server finds nothing to recover
      }
      start();
      verify();
    }
    server.kill();
    check();
    assertThat(ledgers).allSatisfy(l -> assertThat(l.size()).isPositive());
  }

  private void provide() {
    try (Core core = open()) {
      Administration administration = new Administration(core);
      USERS.forEach(user -> administration.provide(user, PASSWORD));
    }
  }

  private Core open() {
    return Core.open(DataDirectory.open(directory.resolve("data")), DirectoryOptions.DEFAULT);
  }

  private void start() throws IOException {
    server = ServerProcess.start(directory.resolve("data"), log());
  }

  private Path log() {
    return directory.resolve("log");
  }

  private void loadAndKill() throws Exception {
    int last = random.nextInt(ANSWERS_MIN, ANSWERS_MAX);
    int moment = random.nextInt(MOMENT_MAX_NANOS);
    AtomicInteger answers = new AtomicInteger();
    Runnable answered =
        () -> {
          if (answers.incrementAndGet() == last) {
            LockSupport.parkNanos(moment);
            server.kill();
          }
        };
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < SMTP_SESSIONS; i++) {
      Random own = new Random(random.nextLong());
      clients.add(client(failure, () -> deliver(own, answered)));
    }
    for (int i = 0; i < USERS.size(); i++) {
      int user = i;
      Random own = new Random(random.nextLong());
      clients.add(client(failure, () -> change(user, own, answered)));
    }
    for (Thread t : clients) {
      t.join();
    }
    if (failure.get() != null) {
      throw new AssertionError("a client was answered wrongly", failure.get());
    }
  }

  private interface Client {
    void run() throws IOException;
  }

  /// Runs until the server is gone.
  private Thread client(AtomicReference<Throwable> failure, Client client) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            client.run();
          } catch (IOException e) {
            // The server was killed.
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
            server.kill();
          }
        });
  }

  private String newId() {
    return "m" + ids.incrementAndGet();
  }

  private void deliver(Random own, Runnable answered) throws IOException {
    InetSocketAddress at = server.at("smtp");
    try (Talk smtp = new Talk(at)) {
      smtp.reply("220");
      smtp.send("EHLO elsewhere.test\r\n").reply("250");
      while (true) {
        String id = newId();
        String text = Messages.text(id, own);
        List<Ledger.Entry> entries = new ArrayList<>();
        StringBuilder envelope = new StringBuilder("MAIL FROM:<a@elsewhere.test>\r\n");
        int first = own.nextInt(USERS.size());
        int recipients = own.nextInt(4) == 0 ? 2 : 1;
        for (int i = 0; i < recipients; i++) {
          int user = (first + i) % USERS.size();
          entries.add(ledgers.get(user).attempt(id, text));
          envelope.append("RCPT TO:<").append(USERS.get(user)).append(">\r\n");
        }
        smtp.send(envelope + "DATA\r\n");
        for (int i = 0; i <= recipients; i++) {
          smtp.reply("250");
        }
        smtp.reply("354");
        smtp.send(text + ".\r\n").reply("250");
        entries.forEach(Ledger.Entry::exists);
        answered.run();
      }
    }
  }

  private void change(int user, Random own, Runnable answered) throws IOException {
    try (ImapClient imap = imap(user)) {
      imap.everything();
      while (true) {
        imap.step(own, newId());
        answered.run();
      }
    }
  }

  private ImapClient imap(int user) throws IOException {
    return new ImapClient(server.at("imap"), USERS.get(user), PASSWORD, ledgers.get(user));
  }

  private void verify() throws IOException {
    for (int user = 0; user < USERS.size(); user++) {
      try (ImapClient imap = imap(user)) {
        ledgers.get(user).settle(imap.everything());
      }
    }
  }

  private void check() throws IOException {
    try (Core core = open()) {
      assertThat(core.store().check()).isEmpty();
      assertThat(core.directory().check()).isEmpty();
    } catch (RuntimeException e) {
      throw new AssertionError(Files.readString(log()), e);
    }
  }
}
