package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.Server;
import org.posthorn.app.admin.Wire;
import org.posthorn.app.config.ConfigReader;
import tools.jackson.databind.JsonNode;

/// The command line, in process. What changes anything is done twice: with a server running on the
/// data directory, and without one.
class PosthornTest {
  enum Mode {
    RUNNING,
    STOPPED
  }

  private record Run(int status, String out, String err) {
    JsonNode json() {
      return Wire.JSON.readTree(out);
    }
  }

  @TempDir private Path dir;
  private String typed = "";

  // --- words

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "acount list|did you mean account?",
        "account|Missing required subcommand",
        "account add|Missing required parameter: 'ADDRESS'",
        "account list --colour|Unknown option: '--colour'",
        "dev --offset many|'many' is not an int",
        "dev --relais host:25|Unknown option",
      })
  void whatIsNotUnderstoodIsOneLineAndStatus2(String words, String expected) {
    Run run = run(words.split(" "));
    assertThat(run.status).isEqualTo(2);
    assertThat(run.err).startsWith("posthorn: ").contains(expected).endsWith("`)\n");
    assertThat(run.err.lines()).hasSize(1);
    assertThat(run.out).isEmpty();
  }

  @Test
  void helpNamesEveryCommand() {
    Run run = run("help");
    assertThat(run.status).isZero();
    assertThat(run.out)
        .contains("dev", "serve", "account", "domain", "alias", "check", "reload", "version");
    assertThat(run("help", "account", "add").out).contains("--password-file");
    assertThat(run("help", "account", "nothing").status).isEqualTo(2);
  }

  @Test
  void aTakenPortNamesTheWayOut() throws Exception {
    try (ServerSocket taken = takePort()) {
      int offset = taken.getLocalPort() - 25;
      Run run = run("dev", "--data", dir.resolve("dev").toString(), "--offset", "" + offset);
      assertThat(run.status).isEqualTo(1);
      assertThat(run.err)
          .isEqualTo(
              "posthorn: cannot listen on 127.0.0.1:%d for smtp: Address already in use"
                      .formatted(taken.getLocalPort())
                  + " (--offset N moves all ports; it is %d now)\n".formatted(offset));
      assertThat(run.out).isEmpty();
    }
  }

  /// One that leaves room for the others of `dev` behind it.
  private static ServerSocket takePort() throws IOException {
    while (true) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
      if (socket.getLocalPort() < 58_000) {
        return socket;
      }
      socket.close();
    }
  }

  @Test
  void warmUpTalksToEveryDoorAndLeavesNothing() {
    Run run = run("warm-up");
    assertThat(run.status).isZero();
    assertThat(run.err).isEmpty();
  }

  @Test
  void versionIsPlainOrJson() {
    assertThat(run("version").out).startsWith("posthorn ");
    assertThat(run("version", "--json").json().get("version").stringValue()).isNotEmpty();
  }

  @Test
  void configDescribeReadsBack() {
    Run run = run("config", "describe");
    assertThat(ConfigReader.parse("described", run.out)).isEqualTo(ConfigReader.defaults());
  }

  @Test
  void configCheckNamesTheLine() throws Exception {
    Path file = Files.writeString(dir.resolve("p.toml"), "\n[smpt]\nauth-on-25 = true\n");
    Run run = run("config", "check", file.toString());
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err)
        .isEqualTo("posthorn: " + file + ":2: unknown key smpt (did you mean smtp?)\n");
  }

  @Test
  void configCheckNamesWhatTokensLack() throws Exception {
    String keys = "[auth.tokens]\nkeys = \"https://id.example.test/jwks\"\n";
    Path file = Files.writeString(dir.resolve("p.toml"), keys);
    Run run = run("config", "check", file.toString());
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err).isEqualTo("posthorn: auth.tokens: an issuer and an audience are needed\n");
    Files.writeString(file, keys + "issuer = \"x\"\naudience = [\"y\"]\n");
    assertThat(run("config", "check", file.toString()).status).isZero();
  }

  @Test
  void serveWithABadFileFailsInOneLine() throws Exception {
    Path file = Files.writeString(dir.resolve("p.toml"), "hostnam = \"x\"\n");
    Run run = run("serve", "--config", file.toString());
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err.lines()).hasSize(1);
  }

  // --- administration, both ways

  @ParameterizedTest
  @EnumSource
  void accountsComeAndGo(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          assertThat(data("domain", "add", "example.org").out).isEqualTo("added example.org\n");
          Run add = data("account", "add", "ana@example.org", "--password", "quite a secret");
          assertThat(add.out).isEqualTo("added ana@example.org\n");
          assertThat(add.status).isZero();
          Run again = data("account", "add", "ANA@Example.org", "--password", "quite a secret");
          assertThat(again.status).isEqualTo(1);
          assertThat(again.err).startsWith("posthorn: ").containsIgnoringCase("ana@example.org");
          assertThat(again.err.lines()).hasSize(1);
          assertThat(data("account", "list").out).isEqualTo("ana@example.org\n");
          JsonNode list = data("account", "list", "--json").json();
          assertThat(list.get(0).get("address").stringValue()).isEqualTo("ana@example.org");
          assertThat(data("account", "remove", "ana@example.org").status).isZero();
          assertThat(data("account", "remove", "ana@example.org").status).isEqualTo(1);
          assertThat(data("account", "list").out).isEmpty();
          assertThat(data("check").out).isEqualTo("all is well\n");
        });
  }

  @ParameterizedTest
  @EnumSource
  void accountsMayBeShared(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          data("domain", "add", "example.org");
          data("account", "add", "ana@example.org", "--password", "quite a secret");
          Run add =
              data("account", "add", "news@example.org", "--shared", "--password", "another one");
          assertThat(add.out).isEqualTo("added news@example.org\n");
          assertThat(data("account", "list").out.lines())
              .containsExactlyInAnyOrder("ana@example.org", "news@example.org (shared)");
          data("account", "remove", "ana@example.org");
          JsonNode list = data("account", "list", "--json").json();
          assertThat(list.get(0).get("shared").booleanValue()).isTrue();
        });
  }

  @ParameterizedTest
  @EnumSource
  void passwordsComeFromManyPlaces(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          data("domain", "add", "example.org");
          Run generated = data("account", "add", "a@example.org", "--json");
          assertThat(generated.json().get("password").stringValue())
              .matches("[a-z2-9]{5}(-[a-z2-9]{5}){3}");
          Path file = Files.writeString(dir.resolve("pw"), "from a file\nsecond line\n");
          assertThat(
                  data("account", "add", "b@example.org", "--password-file", file.toString()).out)
              .isEqualTo("added b@example.org\n");
          typed = "from standard input\n";
          assertThat(data("account", "passwd", "b@example.org", "--password-file", "-").status)
              .isZero();
          typed = "\n";
          Run empty = data("account", "passwd", "b@example.org", "--password-file", "-");
          assertThat(empty.status).isEqualTo(1);
          assertThat(empty.err).isEqualTo("posthorn: the password is empty\n");
          Run unknown = data("account", "passwd", "c@example.org", "--password", "some secret");
          assertThat(unknown.status).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void quotasAreSetAndTold(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          data("domain", "add", "example.org");
          data("account", "add", "ana@example.org", "--password", "quite a secret");
          assertThat(data("account", "quota", "ana@example.org").out)
              .isEqualTo("storage: 0, no limit\nmessages: 0, no limit\nmailboxes: 6, no limit\n");
          Run set =
              data("account", "quota", "ana@example.org", "--storage", "2G", "--messages", "1000");
          assertThat(set.status).isZero();
          assertThat(set.out)
              .isEqualTo("storage: 0 of 2147483648\nmessages: 0 of 1000\nmailboxes: 6, no limit\n");
          Run more =
              data("account", "quota", "ana@example.org", "--storage", "none", "--mailboxes", "9");
          assertThat(more.out)
              .isEqualTo("storage: 0, no limit\nmessages: 0 of 1000\nmailboxes: 6 of 9\n");
          JsonNode json = data("account", "quota", "ANA@example.org", "--json").json();
          assertThat(json.get("address").stringValue()).isEqualTo("ana@example.org");
          assertThat(json.get("storage").get("limit").isNull()).isTrue();
          assertThat(json.get("mailboxes").get("used").longValue()).isEqualTo(6);
          assertThat(json.get("mailboxes").get("limit").longValue()).isEqualTo(9);
          for (String wrong : List.of("much", "-1", "99999999999T")) {
            Run run = data("account", "quota", "ana@example.org", "--storage", wrong);
            assertThat(run.status).isEqualTo(1);
            assertThat(run.err)
                .isEqualTo("posthorn: storage is a size such as 500M, or none: " + wrong + "\n");
          }
          assertThat(data("account", "quota", "ana@example.org", "--messages", "1.5").status)
              .isEqualTo(1);
          assertThat(data("account", "quota", "bo@example.org").status).isEqualTo(1);
          assertThat(data("check").out).isEqualTo("all is well\n");
        });
  }

  @ParameterizedTest
  @EnumSource
  void domainsAndAliases(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          data("domain", "add", "example.org");
          data("account", "add", "ana@example.org", "--password", "quite a secret");
          data("account", "add", "bo@example.org", "--password", "quite a secret");
          assertThat(
                  data("alias", "add", "info@example.org", "ana@example.org", "bo@example.org")
                      .status)
              .isZero();
          assertThat(data("alias", "add", "@example.org", "ana@example.org").status).isZero();
          assertThat(data("alias", "list").out.lines())
              .containsExactlyInAnyOrder(
                  "info@example.org -> ana@example.org bo@example.org",
                  "@example.org -> ana@example.org");
          assertThat(data("alias", "list", "--json").json()).hasSize(2);
          assertThat(data("alias", "remove", "info@example.org").status).isZero();
          assertThat(data("alias", "remove", "info@example.org").status).isEqualTo(1);
          assertThat(data("domain", "list").out).isEqualTo("example.org\n");
          assertThat(data("domain", "remove", "example.org").status).isEqualTo(1);
          assertThat(data("domain", "remove", "nowhere.example").status).isEqualTo(1);
          assertThat(data("account", "add", "x@nowhere.example", "--password", "secret").err)
              .contains("nowhere.example");
          Run wrong = data("account", "add", "no address", "--password", "secret");
          assertThat(wrong.status).isEqualTo(1);
          assertThat(wrong.err.lines()).hasSize(1);
        });
  }

  @Test
  void whatIsDoneStoppedIsThereRunning() throws Exception {
    data("domain", "add", "example.org");
    data("account", "add", "ana@example.org", "--password", "quite a secret");
    with(
        Mode.RUNNING,
        () -> {
          assertThat(data("account", "list").out).isEqualTo("ana@example.org\n");
          data("account", "add", "bo@example.org", "--password", "quite a secret");
        });
    assertThat(data("account", "list").out.lines())
        .containsExactlyInAnyOrder("ana@example.org", "bo@example.org");
  }

  @Test
  void reloadNeedsAServer() throws Exception {
    Run stopped = data("reload");
    assertThat(stopped.status).isEqualTo(1);
    assertThat(stopped.err).startsWith("posthorn: no server runs on ");
    with(Mode.RUNNING, () -> assertThat(data("reload").out).startsWith("reloaded"));
  }

  @Test
  void aDirectoryThatIsNotThereIsNotMadeByLooking() {
    Run run = data("account", "list");
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err).isEqualTo("posthorn: there is no data directory at " + data() + "\n");
    assertThat(data()).doesNotExist();
  }

  @Test
  void aLockedDirectoryNamesTheProcess() {
    try (DataDirectory held = DataDirectory.open(data())) {
      assertThat(held).isNotNull();
      Run run = data("account", "list");
      assertThat(run.status).isEqualTo(1);
      assertThat(run.err).contains("in use by process " + ProcessHandle.current().pid());
    }
  }

  private interface Steps {
    void run() throws Exception;
  }

  private void with(Mode mode, Steps steps) throws Exception {
    switch (mode) {
      case STOPPED -> steps.run();
      case RUNNING -> {
        try (Server server = Server.start(TestServer.settings(data()))) {
          assertThat(server.doors()).isNotEmpty();
          steps.run();
        }
      }
    }
  }

  private Path data() {
    return dir.resolve("data");
  }

  private Run data(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--data");
    all.add(data().toString());
    return run(all.toArray(String[]::new));
  }

  private Run run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayInputStream in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
    int status = Posthorn.run(new Io(in, new PrintWriter(out), new PrintWriter(err)), words);
    return new Run(status, out.toString(), err.toString());
  }
}
