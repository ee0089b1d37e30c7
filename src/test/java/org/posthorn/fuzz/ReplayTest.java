package org.posthorn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs every target on what once broke it and on typical inputs, both in its folder of
/// `src/test/resources/fuzz`, and on a few hundred mutations of those, the same in every build. The
/// long search is the profile `fuzz`.
class ReplayTest {
  private static final Path FOLDER = Path.of("src/test/resources/fuzz");
  private static final int MUTATIONS = 300;

  /// Usual is under a second.
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  static Stream<String> targets() {
    return Targets.ALL.keySet().stream();
  }

  @Test
  void everyFolderHasItsTarget() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      assertThat(folders.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(Targets.ALL.keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void holds(String name) throws IOException {
    Target target = Targets.of(name);
    List<byte[]> inputs = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER.resolve(name))) {
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    }
    assertThat(inputs).as("a target needs an input to begin with").isNotEmpty();
    assertTimeoutPreemptively(
        DEADLINE,
        () -> {
          inputs.add(new byte[0]);
          for (byte[] input : inputs) {
            run(target, input);
          }
          Random random = new Random(name.hashCode());
          for (int i = 0; i < MUTATIONS; i++) {
            run(target, mutated(inputs, random));
          }
        });
  }

  private static void run(Target target, byte[] input) {
    try {
      target.run(input);
    } catch (Exception | Error e) {
      throw new AssertionError("on " + HexFormat.of().formatHex(input), e);
    }
  }

  private static byte[] mutated(List<byte[]> inputs, Random random) {
    byte[] b = inputs.get(random.nextInt(inputs.size())).clone();
    for (int n = 1 + random.nextInt(4); n > 0 && b.length > 0; n--) {
      int at = random.nextInt(b.length);
      int to = at + random.nextInt(b.length - at + 1);
      switch (random.nextInt(5)) {
        case 0 -> b[at] = (byte) random.nextInt(256);
        case 1 -> b[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> b = splice(b, at, to, new byte[0]);
        case 3 -> b = splice(b, at, at, slice(b, at, to));
        default -> {
          byte[] other = inputs.get(random.nextInt(inputs.size()));
          b = splice(b, at, to, slice(other, Math.min(at, other.length), other.length));
        }
      }
    }
    return b;
  }

  private static byte[] slice(byte[] b, int from, int to) {
    return java.util.Arrays.copyOfRange(b, from, Math.min(to, from + 2000));
  }

  private static byte[] splice(byte[] b, int from, int to, byte[] piece) {
    byte[] out = new byte[b.length - (to - from) + piece.length];
    System.arraycopy(b, 0, out, 0, from);
    System.arraycopy(piece, 0, out, from, piece.length);
    System.arraycopy(b, to, out, from + piece.length, b.length - to);
    return out;
  }
}
