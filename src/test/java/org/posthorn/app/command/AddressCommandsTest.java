package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.Server;
import org.posthorn.app.admin.Administration;
import org.posthorn.app.admin.Wire;
import org.posthorn.directory.DirectoryOptions;
import tools.jackson.databind.JsonNode;

/// `alias`, `group`, `forward`, `domain` and what belongs to them, with the server running and
/// without one.
class AddressCommandsTest {
  enum Mode {
    RUNNING,
    STOPPED
  }

  private record Run(int status, String out, String err) {
    JsonNode json() {
      return Wire.JSON.readTree(out);
    }
  }

  @TempDir private static Path prepared;
  @TempDir private Path dir;
  private String typed = "";

  @BeforeAll
  static void prepare() {
    try (Core core = Core.open(DataDirectory.open(prepared), DirectoryOptions.DEFAULT)) {
      Administration administration = new Administration(core);
      List.of("ana", "bo", "carl")
          .forEach(who -> administration.provide(who + "@a.test", "quite a secret"));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private interface Steps {
    void run() throws Exception;
  }

  /// With ana, bo and carl at a.test.
  private void with(Mode mode, Steps steps) throws Exception {
    copy(prepared, dir.resolve("data"));
    if (mode == Mode.STOPPED) {
      steps.run();
    } else {
      try (Server server = Server.start(TestServer.settings(dir.resolve("data")))) {
        assertThat(server.doors()).isNotEmpty();
        steps.run();
      }
    }
    assertThat(data("check").out).isEqualTo("all is well\n");
  }

  private Run data(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--data");
    all.add(dir.resolve("data").toString());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    var in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
    Io io = new Io(in, new PrintWriter(out), new PrintWriter(err));
    int status = Posthorn.run(io, all.toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }

  private void says(String expected, String... words) {
    Run run = data(words);
    assertThat(run.err).isEmpty();
    assertThat(run.status).isZero();
    assertThat(run.out).isEqualTo(expected);
  }

  private void fails(String expected, String... words) {
    Run run = data(words);
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err).isEqualTo("posthorn: " + expected + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void aliases(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          says("added info@a.test\n", "alias", "add", "info@a.test", "ana@a.test", "x@far.test");
          Run shop =
              data("alias", "add", "shop@a.test", "ana@a.test", "--expires", "30d", "--json");
          Instant end = Instant.parse(shop.json().get("expires").stringValue());
          assertThat(end).isAfter(Instant.now().plusSeconds(29 * 86_400));
          assertThat(data("alias", "list").out.lines())
              .containsExactly(
                  "info@a.test -> ana@a.test x@far.test",
                  "shop@a.test -> ana@a.test (until " + end + ")");
          JsonNode list = data("alias", "list", "--json").json();
          assertThat(list.get(0).get("targets")).hasSize(2);
          assertThat(list.get(0).has("expires")).isFalse();
          assertThat(list.get(1).get("expires").stringValue()).isEqualTo(end.toString());
          fails(
              "nobody@a.test leads to nobody, or back to where it came from",
              "alias",
              "add",
              "x@a.test",
              "nobody@a.test");
          fails(
              "no time such as 30d, 2027-01-31 or 2027-01-31T18:00: soon",
              "alias",
              "add",
              "x@a.test",
              "ana@a.test",
              "--expires",
              "soon");
          fails(
              "the end of the alias is not in the future",
              "alias",
              "add",
              "x@a.test",
              "ana@a.test",
              "--expires",
              "2020-01-01");
          fails("the address exists: ana@a.test", "alias", "add", "ana@a.test", "bo@a.test");
        });
  }

  @Test
  void timesArePlaced() {
    assertThat(AliasCommand.time("2027-01-31T18:00Z")).isEqualTo("2027-01-31T18:00:00Z");
    assertThat(AliasCommand.time("2027-01-31T18:00:30-03:00")).isEqualTo("2027-01-31T21:00:30Z");
    assertThat(AliasCommand.time("2027-01-31T18:00+01:00")).isEqualTo("2027-01-31T17:00:00Z");
    Instant here = AliasCommand.time("2027-01-31T18:00");
    assertThat(here.atZone(java.time.ZoneId.systemDefault()).getHour()).isEqualTo(18);
    // A day counts to its end.
    assertThat(AliasCommand.time("2027-01-31")).isEqualTo(AliasCommand.time("2027-02-01T00:00"));
    assertThat(OffsetDateTime.parse("2027-01-31T00:00Z").toInstant()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void groups(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          says(
              "added team@a.test\n",
              "group",
              "add",
              "team@a.test",
              "ana@a.test",
              "x@far.test",
              "--owner",
              "bo@a.test");
          says(
              "changed team@a.test\n",
              "group",
              "member",
              "add",
              "team@a.test",
              "bo@a.test",
              "carl@a.test");
          says("changed team@a.test\n", "group", "member", "remove", "team@a.test", "ana@a.test");
          says(
              "team@a.test -> x@far.test bo@a.test carl@a.test (owner bo@a.test)\n",
              "group",
              "list");
          JsonNode list = data("group", "list", "--json").json();
          assertThat(list.get(0).get("members")).hasSize(3);
          assertThat(list.get(0).get("owner").stringValue()).isEqualTo("bo@a.test");
          fails(
              "no such member: ana@a.test",
              "group",
              "member",
              "remove",
              "team@a.test",
              "ana@a.test");
          fails("no such group: x@a.test", "group", "member", "add", "x@a.test", "ana@a.test");
          fails(
              "the address exists: team@a.test is a group",
              "group",
              "add",
              "team@a.test",
              "bo@a.test");
          says("removed team@a.test\n", "group", "remove", "team@a.test");
          says("", "group", "list");
        });
  }

  @ParameterizedTest
  @EnumSource
  void forwards(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          says("ana@a.test -> x@far.test\n", "forward", "add", "ana@a.test", "x@far.test");
          says(
              "ana@a.test -> x@far.test bo@a.test (keeps a copy)\n",
              "forward",
              "add",
              "ana@a.test",
              "bo@a.test",
              "--keep-copy");
          says("carl@a.test -> bo@a.test\n", "forward", "add", "carl@a.test", "bo@a.test");
          assertThat(data("forward", "list").out.lines()).hasSize(2);
          says("carl@a.test -> bo@a.test\n", "forward", "list", "Carl@a.test");
          JsonNode list = data("forward", "list", "ana@a.test", "--json").json();
          assertThat(list.get(0).get("keep-copy").booleanValue()).isTrue();
          assertThat(list.get(0).get("targets")).hasSize(2);
          says(
              "removed the forward of ana@a.test to x@far.test\n",
              "forward",
              "remove",
              "ana@a.test",
              "x@far.test");
          says(
              "ana@a.test -> bo@a.test\n",
              "forward",
              "add",
              "ana@a.test",
              "bo@a.test",
              "--no-keep-copy");
          says("removed the forward of ana@a.test\n", "forward", "remove", "ana@a.test");
          fails("no such forward: ana@a.test", "forward", "remove", "ana@a.test");
          fails("no such account: x@a.test", "forward", "add", "x@a.test", "bo@a.test");
          fails("not an address: nothing", "forward", "add", "ana@a.test", "nothing");
          fails("not an address: nothing", "forward", "list", "nothing");
        });
  }

  @ParameterizedTest
  @EnumSource
  void usersWhoMove(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          says(
              "ana@a.test has moved to ana@far.test\n",
              "account",
              "moved",
              "ana@a.test",
              "ana@far.test");
          says(
              "left@a.test has moved to bo@a.test (mail is sent on)\n",
              "account",
              "moved",
              "left@a.test",
              "bo@a.test",
              "--forward");
          assertThat(data("account", "moved").out.lines())
              .containsExactly(
                  "ana@a.test has moved to ana@far.test",
                  "left@a.test has moved to bo@a.test (mail is sent on)");
          JsonNode list = data("account", "moved", "--json").json();
          assertThat(list.get(1).get("forwarded").booleanValue()).isTrue();
          assertThat(list.get(1).get("to").stringValue()).isEqualTo("bo@a.test");
          says("ana@a.test is back\n", "account", "moved", "ana@a.test", "--clear");
          fails(
              "no such user who has moved: ana@a.test",
              "account",
              "moved",
              "ana@a.test",
              "--clear");
          fails("the new address is missing, or --clear", "account", "moved", "ana@a.test");
          fails(
              "the user of left@a.test has moved to bo@a.test",
              "account",
              "add",
              "left@a.test",
              "--password",
              "quite a secret");
        });
  }

  @ParameterizedTest
  @EnumSource
  void writingAsOthers(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          says(
              "ana@a.test may send as news@a.test\n",
              "account",
              "send-as",
              "ana@a.test",
              "add",
              "news@a.test");
          says(
              "ana@a.test may send as @b.test\n",
              "account",
              "send-as",
              "ana@a.test",
              "add",
              "@b.test");
          says("news@a.test\n@b.test\n", "account", "send-as", "ana@a.test", "list");
          JsonNode now = data("account", "send-as", "ana@a.test", "list", "--json").json();
          assertThat(now.get("identities")).hasSize(2);
          says(
              "ana@a.test may no longer send as news@a.test\n",
              "account",
              "send-as",
              "ana@a.test",
              "remove",
              "news@a.test");
          fails(
              "not granted: news@a.test",
              "account",
              "send-as",
              "ana@a.test",
              "remove",
              "news@a.test");
          fails("account.send-as.add needs identity", "account", "send-as", "ana@a.test", "add");
          assertThat(data("account", "send-as", "ana@a.test", "give", "x@a.test").status)
              .isEqualTo(2);
        });
  }

  @ParameterizedTest
  @EnumSource
  void domains(Mode mode) throws Exception {
    with(
        mode,
        () -> {
          says("added b.test -> a.test\n", "domain", "alias", "b.test", "a.test");
          says(
              "added c.test (backup, recipients: 2)\n",
              "domain",
              "add",
              "c.test",
              "--backup",
              "--recipients",
              "ana,bo@c.test");
          says(
              "added d.test (backup, any recipient)\n",
              "domain",
              "add",
              "d.test",
              "--backup",
              "--recipients",
              "any");
          Path file = Files.writeString(dir.resolve("list"), "# who\nana\n\n bo@d.test \ncarl\r\n");
          says(
              "kind: backup\nseparator: +\nrecipients: 3\n",
              "domain",
              "settings",
              "d.test",
              "--recipients-file",
              file.toString());
          typed = "one\ntwo\n";
          says(
              "kind: backup\nseparator: -\nrecipients: 2\n",
              "domain",
              "settings",
              "d.test",
              "--recipients-file",
              "-",
              "--separator",
              "-");
          says("kind: own\nseparator: +-\n", "domain", "settings", "a.test", "--separator", "+-");
          says(
              "kind: own\nseparator: none\n",
              "domain",
              "settings",
              "a.test",
              "--separator",
              "none");
          says("kind: alias\nnames of: a.test\n", "domain", "settings", "b.test");
          assertThat(data("domain", "list").out.lines())
              .containsExactly(
                  "a.test",
                  "b.test -> a.test",
                  "c.test (backup, recipients: 2)",
                  "d.test (backup, recipients: 2)");
          JsonNode list = data("domain", "list", "--json").json();
          assertThat(list.get(0).get("separator").stringValue()).isEmpty();
          assertThat(list.get(1).get("alias-of").stringValue()).isEqualTo("a.test");
          assertThat(list.get(2).get("kind").stringValue()).isEqualTo("backup");
          assertThat(list.get(3).get("recipients").intValue()).isEqualTo(2);
          fails(
              "only a backup domain lists recipients: --backup is missing",
              "domain",
              "add",
              "e.test",
              "--recipients",
              "ana");
          fails(
              "a.test is no backup domain: its names are here",
              "domain",
              "settings",
              "a.test",
              "--recipients",
              "ana");
          fails(
              "not an address of c.test: ana@x.test",
              "domain",
              "settings",
              "c.test",
              "--recipients",
              "ana@x.test");
          fails(
              "cannot read " + dir + "/nothing: " + dir + "/nothing",
              "domain",
              "settings",
              "c.test",
              "--recipients-file",
              dir + "/nothing");
          fails(
              "b.test has the names of a.test: use the address there",
              "account",
              "add",
              "x@b.test",
              "--password",
              "quite a secret");
          fails(
              "other servers are for c.test, it has no names here",
              "alias",
              "add",
              "x@c.test",
              "ana@a.test");
          assertThat(data("domain", "remove", "a.test").status).isEqualTo(1);
          says("removed b.test\n", "domain", "remove", "b.test");
        });
  }

  @Test
  void aListOfManyRecipientsGoesThroughTheSocket() throws Exception {
    with(
        Mode.RUNNING,
        () -> {
          StringBuilder many = new StringBuilder();
          for (int i = 0; i < 20_000; i++) many.append("recipient.number.").append(i).append('\n');
          typed = many.toString();
          says(
              "added c.test (backup, recipients: 20000)\n",
              "domain",
              "add",
              "c.test",
              "--backup",
              "--recipients-file",
              "-");
        });
  }
}
