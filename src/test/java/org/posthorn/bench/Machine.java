package org.posthorn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where figures come from: without that they say nothing.
final class Machine {
  private static final int COMMIT = 12;

  private Machine() {}

  /// Processor, cores, memory, system, JDK, commit, day and memory planned with, in this order.
  static Map<String, String> describe(Path root, int memory) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("processor", field("/proc/cpuinfo", "model name"));
    all.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    long kib = Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", ""));
    all.put("memory", Math.round(kib / 1048576.0) + " GiB");
    all.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    all.put("jdk", System.getProperty("java.version"));
    all.put("commit", commit(root));
    all.put("day", LocalDate.now().toString());
    all.put("posthorn", "planned for " + memory + " MiB");
    return all;
  }

  /// In one line.
  static String line(Map<String, String> described) {
    return "%s, %s cores, %s, %s, JDK %s, Posthorn %s (%s), %s"
        .formatted(
            described.get("processor"),
            described.get("cores"),
            described.get("memory"),
            described.get("system"),
            described.get("jdk"),
            described.get("commit"),
            described.get("posthorn"),
            described.get("day"));
  }

  private static String field(String file, String name) {
    try {
      for (String line : Files.readAllLines(Path.of(file))) {
        if (line.startsWith(name)) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      // No Linux.
    }
    return "0";
  }

  private static String commit(Path root) throws IOException {
    Process git =
        new ProcessBuilder(
                "git",
                "-C",
                root.toString(),
                "describe",
                "--always",
                "--dirty",
                "--abbrev=" + COMMIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return said.isEmpty() ? "of no repository" : said;
  }
}
