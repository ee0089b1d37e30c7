package org.posthorn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Lets Jazzer search every target for an input that breaks it, each in a JVM of its own. Not part
/// of the build: `mvn -Pfuzz verify`, with `-Dfuzz.seconds=600` for longer and
/// `-Dfuzz.target=mime-message` for one alone.
///
/// What it finds lies in `target/fuzz/<target>/`; with the mend it goes to
/// `src/test/resources/fuzz/<target>/`, under a name that says what was wrong.
class FuzzRun {
  private static final String SECONDS = System.getProperty("fuzz.seconds", "60");
  private static final String TARGET = System.getProperty("fuzz.target", "");
  private static final Path SEEDS = Path.of("src/test/resources/fuzz");
  private static final Path OUT = Path.of("target/fuzz");

  static Stream<String> targets() {
    return TARGET.isEmpty() ? Targets.ALL.keySet().stream() : Stream.of(TARGET);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void search(String target) throws IOException, InterruptedException {
    Path out = Files.createDirectories(OUT.resolve(target));
    Path corpus = Files.createDirectories(out.resolve("corpus"));
    Path log = out.resolve("log");
    int exit =
        new ProcessBuilder(command(target, out, corpus))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(exit).as("Jazzer found something, see %s", log).isZero();
  }

  private static List<String> command(String target, Path out, Path corpus) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:+EnableDynamicAgentLoading",
        "--enable-native-access=ALL-UNNAMED",
        "-Dfuzz.target=" + target,
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + Entry.class.getName(),
        "--instrumentation_includes=org.posthorn.**",
        // To a listener of our own, on this machine.
        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
        "--reproducer_path=" + out,
        "-artifact_prefix=" + out + "/",
        "-max_total_time=" + SECONDS,
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-max_len=20000",
        corpus.toString(),
        SEEDS.resolve(target).toString());
  }
}
