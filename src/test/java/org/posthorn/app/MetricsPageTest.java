package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.app.command.TestServer;

/// `docs/metrics.md` lists what the server publishes, all of it and nothing else.
class MetricsPageTest {
  private static final Path PAGE = Path.of("docs/metrics.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\S+)` \\| \\S.* \\|$");
  private static final Pattern CHOICE = Pattern.compile("\\{(.*)\\}");

  @TempDir private Path dir;
  private final TreeMap<String, Double> published = new TreeMap<>();

  @BeforeEach
  void ask() throws Exception {
    try (Server server = Server.start(TestServer.settings(dir.resolve("data")))) {
      server.administration().provide("ana@example.test", TestMail.SECRET);
      TestMail.send(server, "smtp", "bo@elsewhere.test", "ana@example.test", "Counted");
      int port = server.http().orElseThrow().getPort();
      URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
      try (InputStream in = metrics.toURL().openStream()) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(this::note);
      }
    }
  }

  private void note(String line) {
    if (!line.startsWith("#")) {
      String[] pair = line.split(" ");
      published.put(pair[0], Double.valueOf(pair[1]));
    }
  }

  @Test
  void whatIsPublishedIsDescribed() throws Exception {
    Set<String> described = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(PAGE));
    while (row.find()) {
      Matcher choice = CHOICE.matcher(row.group(1));
      if (choice.find()) {
        for (String one : choice.group(1).split(",")) {
          described.add(choice.replaceFirst(one));
        }
      } else {
        described.add(row.group(1));
      }
    }
    assertThat(published.keySet()).isEqualTo(described);
  }

  @Test
  void figuresTellWhatHappened() {
    assertThat(published)
        .containsEntry("posthorn_ready", 1.0)
        .containsEntry("posthorn_net_accepted_total", 1.0)
        .containsEntry("posthorn_mta_copies_delivered_total", 1.0)
        .containsEntry("posthorn_accounts_loaded", 1.0)
        .containsEntry("posthorn_kv_failures_total", 0.0);
    for (String name :
        Set.of(
            "kv_committed_total",
            "kv_octets_total",
            "segment_bytes",
            "segment_live_bytes",
            "page_cache_bytes",
            "certificate_end_seconds",
            "heap_used_bytes",
            "threads",
            "open_files",
            "cpu_seconds_total")) {
      assertThat(published.get("posthorn_" + name)).as(name).isPositive();
    }
  }
}
