package org.posthorn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/// What the disk gives for an octet of mail: blocks taken by the server's directory, of text as
/// varied as that of real mail. What only helps to search is told apart where a directory's name
/// says so.
final class DiskUse implements Workload, Setup {
  private static final int MESSAGES = 50_000;
  private static final int OCTETS = 4000;
  private static final int SESSIONS = 8;
  private static final int ACCOUNTS = 32;
  private static final int STEP_MILLIS = 3000;
  private static final int STEPS_MAX = 60;

  /// Steps without a change after which nothing more is expected: an index may be written half a
  /// minute after the last message.
  private static final int STEADY = 15;

  /// Depth of directories that are told apart.
  private static final String DEPTH = "2";

  private final int messages;
  private final VariedMail mail = new VariedMail(OCTETS);
  private final Map<String, Path> directories = new HashMap<>(); // by peer

  private DiskUse(int messages) {
    this.messages = messages;
  }

  static List<Workload> all(Scale scale) {
    return List.of(new DiskUse(scale.of(MESSAGES)));
  }

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public String what() {
    return "octets of disk for an octet of mail without the index for searches, %d messages"
        .formatted(messages);
  }

  @Override
  public String unit() {
    return "octets";
  }

  @Override
  public Set<String> needs() {
    return Set.of("lmtp");
  }

  @Override
  public Setup setup() {
    return this;
  }

  @Override
  public Running start(Launcher launcher, String contender) throws Exception {
    Running r = launcher.mailboxes(contender, ACCOUNTS);
    for (AutoCloseable part : r.parts()) {
      if (part instanceof Daemon d) {
        directories.putIfAbsent(r.peer().name(), d.data());
      }
    }
    return r;
  }

  @Override
  public Rounds rounds(Rounds wanted) {
    return Rounds.ONCE;
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    Path directory = directories.get(peer.name());
    if (directory == null) {
      throw new IOException("nobody knows where " + peer.name() + " keeps its mail");
    }
    Map<String, Long> before = used(directory);
    long octets = deliver(peer);
    Map<String, Long> after = settled(directory);
    double all = 0;
    double search = 0;
    Map<String, Double> parts = new TreeMap<>();
    for (Map.Entry<String, Long> e : after.entrySet()) {
      double each = (e.getValue() - before.getOrDefault(e.getKey(), 0L)) / (double) octets;
      if (e.getKey().isEmpty()) {
        all = each;
      } else if (peer.name().equals(Setup.SELF) && e.getKey().startsWith("data/") && each > 0.005) {
        parts.put(e.getKey().substring("data/".length()), each);
      }
      if (e.getKey().equals("data/search")) {
        search = each;
      }
    }
    Measure m = Measure.of(all - search, messages).and("with all", all);
    for (Map.Entry<String, Double> p : parts.entrySet()) {
      m = m.and(p.getKey(), p.getValue());
    }
    return m;
  }

  private long deliver(Peer peer) throws Exception {
    AtomicLong octets = new AtomicLong();
    Crowd.run(
        SESSIONS,
        (session, ready) -> {
          try (Wire lmtp = peer.connect("lmtp")) {
            lmtp.reply("220");
            lmtp.send("LHLO elsewhere.test\r\n");
            lmtp.reply("250");
            ready.run();
            for (int i = session; i < messages; i += SESSIONS) {
              String to = peer.accounts().get(i % peer.accounts().size()).name();
              byte[] text = mail.message(i); // no line begins with a dot
              lmtp.send("MAIL FROM:<bench@elsewhere.test>\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
              lmtp.reply("250");
              lmtp.reply("250");
              lmtp.reply("354");
              lmtp.send(text);
              lmtp.send(".\r\n");
              lmtp.reply("250");
              octets.addAndGet(text.length);
            }
            lmtp.ask("QUIT", "221");
          }
        });
    return octets.get();
  }

  /// What is used when it has stayed the same for a while.
  private static Map<String, Long> settled(Path directory) throws Exception {
    Map<String, Long> last = used(directory);
    int same = 0;
    for (int i = 0; i < STEPS_MAX && same < STEADY; i++) {
      Thread.sleep(STEP_MILLIS);
      Map<String, Long> now = used(directory);
      same = now.equals(last) ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  /// Octets of the directory (key "") and of those in it.
  private static Map<String, Long> used(Path directory) throws IOException {
    Process du =
        new ProcessBuilder("du", "-k", "-d", DEPTH, directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD) // files go while it looks
            .start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, Long> used = new HashMap<>();
    for (String line : said.lines().toList()) {
      String[] pair = line.split("\t");
      Path place = directory.relativize(Path.of(pair[1]));
      used.put(place.toString(), Long.parseLong(pair[0]) * 1024);
    }
    return used;
  }
}
