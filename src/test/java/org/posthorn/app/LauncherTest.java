package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.Repository;

/// The script `posthorn`, run in a copy of the tree with a `java` and an `mvn` that only tell how
/// they were called.
class LauncherTest {
  private static final long DEADLINE_SECONDS = 60;

  /// Tells its arguments, umask and whether SIGHUP is ignored.
  private static final String JAVA =
      """
      #!/bin/sh
      echo "umask=$(umask)"
      kill -HUP $$
      for word; do
        echo "arg=$word"
        case $word in -XX:AOTCacheOutput=*) echo cache >"${word#*=}" ;; esac
      done
      """;

  private static final String MVN =
      """
      #!/bin/sh
      echo "built" >&2
      echo jar > target/posthorn.jar
      """;

  @TempDir private Path tree;
  private Path jdk;

  @BeforeEach
  void plant() throws IOException {
    Path script = Repository.root().resolve("posthorn");
    Files.copy(script, tree.resolve("posthorn"));
    executable(tree.resolve("posthorn"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.createDirectories(tree.resolve("src/main/java"));
    Files.createDirectories(tree.resolve("target"));
    jdk = jdk("jdk", "25.0.3");
    write(tree.resolve("tools/mvn"), MVN);
  }

  @Test
  void aFreshJarIsRunAtOnce() throws Exception {
    jar(Instant.now().plusSeconds(60));
    Run run = launch(Map.of(), "account", "list", "two words");
    assertThat(run.status).isZero();
    assertThat(run.err).isEmpty();
    assertThat(run.out)
        .containsPattern("umask=0?077")
        .contains("arg=-XX:TieredStopAtLevel=1")
        .contains("arg=--enable-native-access=ALL-UNNAMED")
        .endsWith("arg=org.posthorn.app.Main\narg=account\narg=list\narg=two words\n");
  }

  @ParameterizedTest
  @CsvSource({"sendmail, sendmail", "mailq, sendmail|-bp", "newaliases, sendmail|-bi"})
  void aLinkIsWhatItsNameSays(String name, String words) throws Exception {
    jar(Instant.now().plusSeconds(60));
    Path link =
        Files.createSymbolicLink(tree.resolve("tools").resolve(name), tree.resolve("posthorn"));
    Run run = run(link, Map.of(), "-t", "two words");
    assertThat(run.status).isZero();
    assertThat(run.out)
        .endsWith(
            "arg=org.posthorn.app.Main\narg="
                + words.replace("|", "\narg=")
                + "\narg=-t\narg=two words\n");
  }

  @Test
  void withoutAJarItBuilds() throws Exception {
    Run run = launch(Map.of(), "version");
    assertThat(run.status).isZero();
    assertThat(run.err).contains("building").contains("built");
    assertThat(run.out).contains("arg=version");
    assertThat(tree.resolve("target/.building")).doesNotExist();
  }

  @Test
  void aChangedSourceBuildsAgain() throws Exception {
    jar(Instant.now().minusSeconds(60));
    Files.writeString(tree.resolve("src/main/java/A.java"), "class A {}");
    assertThat(launch(Map.of(), "version").err).contains("built");
    assertThat(launch(Map.of(), "version").err).isEmpty();
  }

  @Test
  void aBuildRecordsItsClassesForLaterStarts() throws Exception {
    Path cache = tree.toRealPath().resolve("target/posthorn.aot");
    assertThat(launch(Map.of(), "version").out).contains("arg=-XX:AOTCache=" + cache);
    assertThat(cache).exists();
  }

  @Test
  void whereItCannotBuildItSaysSo() throws Exception {
    Files.delete(tree.resolve("target"));
    Files.writeString(tree.resolve("target"), "in the way");
    Run run = launch(Map.of(), "version");
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err)
        .isEqualTo(
            "posthorn: has to build, and cannot write to %s/target: "
                + "let its owner run ./posthorn version once\n",
            tree.toRealPath());
  }

  @Test
  void aFailedBuildSaysSoAndLeavesNoLock() throws Exception {
    write(tree.resolve("tools/mvn"), "#!/bin/sh\nexit 3\n");
    Run run = launch(Map.of(), "version");
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err).contains("posthorn: the build failed");
    assertThat(tree.resolve("target/.building")).doesNotExist();
  }

  @Test
  void theServersHeapFollowsTheMemory() throws Exception {
    jar(Instant.now().plusSeconds(60));
    assertThat(launch(Map.of("POSTHORN_MEMORY_MB", "512"), "serve").out)
        .contains("arg=-Xmx128m", "arg=-XX:MaxDirectMemorySize=32m", "arg=-XX:+UseSerialGC");
    assertThat(launch(Map.of("POSTHORN_MEMORY_MB", "65536"), "dev").out)
        .containsPattern("arg=-Xmx(512|2048)m") // by the number of cores
        .contains("arg=-XX:MaxDirectMemorySize=1024m");
  }

  @Test
  void anOldJdkIsPassedOver() throws Exception {
    jar(Instant.now().plusSeconds(60));
    Path old = jdk("old", "17.0.15");
    String path = jdk.resolve("bin") + ":" + tree.resolve("tools") + ":" + System.getenv("PATH");
    Run run = launch(Map.of("JAVA_HOME", old.toString(), "PATH", path), "version");
    assertThat(run.status).isZero();
    assertThat(run.out).contains("arg=version");
  }

  @Test
  void itRunsThroughASymbolicLinkFromAnywhere() throws Exception {
    jar(Instant.now().plusSeconds(60));
    Path link = tree.resolve("elsewhere/posthorn");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of("../posthorn"));
    Run run = run(link, Map.of(), "version");
    assertThat(run.out).contains("arg=" + tree.toRealPath().resolve("target/posthorn.jar"));
  }

  private record Run(int status, String out, String err) {}

  private Run launch(Map<String, String> environment, String... words) throws Exception {
    return run(tree.resolve("posthorn"), environment, words);
  }

  private Run run(Path script, Map<String, String> environment, String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(script.toString());
    builder.command().addAll(List.of(words));
    builder.directory(tree.toFile());
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("PATH", tree.resolve("tools") + ":" + System.getenv("PATH"));
    builder.environment().putAll(environment);
    Path out = tree.resolve("stdout");
    Path err = tree.resolve("stderr");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private void jar(Instant modified) throws IOException {
    Path jar = tree.resolve("target/posthorn.jar");
    Files.writeString(jar, "jar");
    Files.setLastModifiedTime(jar, FileTime.from(modified));
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = tree.resolve(name);
    write(home.resolve("bin/java"), JAVA);
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void write(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, script, StandardCharsets.UTF_8);
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
