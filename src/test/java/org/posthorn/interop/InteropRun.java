package org.posthorn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.Repository;

/// Runs `src/interop/run`: real mail programs against the server that was built, by `mvn -Pinterop
/// verify`. For root it installs the programs; for others those that are missing are skipped.
class InteropRun {
  @Test
  void programsDoWhatTheirUsersDo() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Repository.root().resolve("src/interop/run").toString());
    if (System.getProperty("user.name").equals("root")) {
      command.add("--install");
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .put("JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
    builder.environment().put("CLASS_PATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    List<String> said = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        System.out.println(line);
        said.add(line);
      }
    }
    assertThat(process.waitFor()).as(String.join("\n", said)).isZero();
    assertThat(said).anyMatch(line -> line.startsWith("ok "));
  }
}
