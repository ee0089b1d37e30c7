package org.posthorn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// The second opinion: Postfix's `smtp-source` sends what [Deliveries] sends, as far as it can, and
/// the clock is stopped in the same way. It says EHLO but waits for each reply, and has one
/// recipient for all messages of a process.
///
/// @param sessions at once, each of one account, a message per connection
record SmtpSource(String name, int octets, int sessions, int messages) implements Workload {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/smtp-source"), Path.of("/usr/libexec/postfix/smtp-source"));

  /// Processes, each with an account of its own.
  private static final int PROCESSES = 4;

  static List<Workload> all(Scale scale) {
    return program() == null
        ? List.of()
        : List.of(new SmtpSource("smtp-source", 4096, 32, scale.of(4000)));
  }

  private static Path program() {
    return PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
  }

  @Override
  public String what() {
    return "smtp-source until visible, %d KiB, %d sessions, one per connection, %d messages"
        .formatted(octets / 1024, sessions, messages);
  }

  @Override
  public String unit() {
    return "msg/s";
  }

  @Override
  public Set<String> needs() {
    return Set.of("smtp");
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    int each = messages / PROCESSES;
    int[] sent = new int[peer.accounts().size()];
    try (Inboxes inboxes = new Inboxes(peer)) {
      long acknowledged =
          Crowd.run(
              PROCESSES,
              (process, ready) -> {
                int account = process % sent.length;
                synchronized (sent) {
                  sent[account] += each;
                }
                ready.run();
                source(peer, peer.accounts().get(account).name(), each);
              });
      long began = System.nanoTime();
      inboxes.await(sent);
      long visible = acknowledged + System.nanoTime() - began;
      int all = PROCESSES * each;
      return Measure.perSecond(all, visible).and("acknowledged/s", all * 1e9 / acknowledged);
    }
  }

  private void source(Peer peer, String to, int count) throws IOException, InterruptedException {
    Process p =
        new ProcessBuilder(
                program().toString(),
                "-s",
                String.valueOf(sessions / PROCESSES),
                "-m",
                String.valueOf(count),
                "-l",
                String.valueOf(octets),
                "-f",
                "bench@elsewhere.test",
                "-t",
                to,
                peer.host() + ":" + peer.ports().get("smtp"))
            .redirectErrorStream(true)
            .start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (p.waitFor() != 0) {
      throw new IOException("smtp-source: " + said);
    }
  }
}
