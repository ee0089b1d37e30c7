package org.posthorn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;
import org.posthorn.dns.ZoneServer;
import org.posthorn.smtp.client.RemoteServer;

/// The real process, its names looked up at a real name server, with mail to many domains whose
/// server keeps every message waiting for its reply, and to one that answers: the fast one has all
/// of its mail before any slow one has had its first, and then nothing is left.
///
/// `-Dposthorn.queue.messages=10000 -Dposthorn.queue.domains=100` for more than the normal build
/// does. The process has 256 MiB of heap, however much waits.
class SendScaleTest {
  private static final int MESSAGES = Integer.getInteger("posthorn.queue.messages", 300);
  private static final int DOMAINS = Integer.getInteger("posthorn.queue.domains", 40);
  private static final int FAST = 50;
  private static final int A_SESSION = 500;

  @TempDir Path directory;

  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger fast = new AtomicInteger();
  private final Map<String, Integer> slow = new ConcurrentHashMap<>();
  private final Map<String, Integer> open = new ConcurrentHashMap<>(); // under way, by domain
  private final Map<String, Integer> most = new ConcurrentHashMap<>();

  private void serve(RemoteServer.Peer peer) throws IOException {
    peer.send("220 sink.test");
    String to = "";
    for (String line = peer.line(); line != null; line = peer.line()) {
      switch (line.substring(0, 4)) {
        case "EHLO" -> peer.send("250-sink.test", "250 8BITMIME");
        case "RCPT" -> {
          to = line.substring("RCPT TO:<".length(), line.indexOf('>'));
          peer.send("250 ok");
        }
        case "DATA" -> {
          peer.send("354 go on");
          peer.data();
          taken(to);
          peer.send("250 taken");
        }
        default -> peer.send("250 ok");
      }
    }
  }

  private void taken(String to) {
    String domain = to.substring(to.indexOf('@') + 1);
    if (domain.equals("fast.test")) {
      fast.incrementAndGet();
      return;
    }
    most.merge(domain, open.merge(domain, 1, Integer::sum), Math::max);
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    open.merge(domain, -1, Integer::sum);
    slow.merge(to, 1, Integer::sum);
  }

  private static void submit(ServerProcess server, List<String> all) throws IOException {
    try (Talk smtp = new Talk(server.at("smtp"))) {
      smtp.reply("220");
      smtp.send("EHLO client.test\r\n").reply("250");
      for (String to : all) {
        submit(smtp, to);
      }
    }
  }

  private static void submit(Talk smtp, String to) throws IOException {
    smtp.send("MAIL FROM:<a@elsewhere.test>\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
    smtp.reply("250");
    smtp.reply("250");
    smtp.reply("354");
    smtp.send("Subject: x\r\n\r\nHi\r\n.\r\n").reply("250");
  }

  @Test
  void theFastDomainDoesNotWaitForTheSlow() throws IOException {
    String zone =
        """
        fast.test.    300 IN MX 10 sink.test.
        *.slow.test.  300 IN MX 10 sink.test.
        sink.test.    300 IN A 127.0.0.1
        """;
    try (ZoneServer names = new ZoneServer().zone(zone);
        RemoteServer sink = RemoteServer.start(this::serve)) {
      String more =
          """
          relay.networks = ["127.0.0.1"]
          dns.servers = ["127.0.0.1:%d"]
          outbound.port = %d
          outbound.allow-private = true
          """
              .formatted(names.address().getPort(), sink.port());
      Path log = directory.resolve("log");
      try (ServerProcess server = ServerProcess.start(directory.resolve("data"), log, more)) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
          all.add("u" + i + "@d" + i % DOMAINS + ".slow.test");
        }
        for (int i = 0; i < FAST; i++) {
          all.add("u" + i + "@fast.test");
        }
        for (int i = 0; i < all.size(); i += A_SESSION) {
          submit(server, all.subList(i, Math.min(all.size(), i + A_SESSION)));
        }
        Await.until(() -> fast.get() == FAST);
        assertThat(slow).isEmpty();
        gate.countDown();
        for (int n = 0; n < MESSAGES; n += A_SESSION) {
          int some = Math.min(MESSAGES, n + A_SESSION);
          Await.until(() -> slow.size() >= some);
        }
      }
      assertThat(slow.values()).containsOnly(1);
      assertThat(most).hasSizeLessThanOrEqualTo(DOMAINS);
      assertThat(most.values()).allMatch(n -> n <= 20);
    }
  }
}
