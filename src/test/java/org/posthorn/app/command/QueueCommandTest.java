package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.Server;
import org.posthorn.app.admin.Administration;
import org.posthorn.app.admin.Wire;
import org.posthorn.directory.AccountEntry;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Incoming;
import org.posthorn.store.Kept;
import tools.jackson.databind.JsonNode;

/// `posthorn queue`, with a server running on the data directory and without one. What waits is not
/// due for hours, so that no server delivers it meanwhile.
class QueueCommandTest {
  private static final Outcome.Problem BUSY =
      new Outcome.Problem(
          "4.7.1", "mx.far.test [192.0.2.1]", "450 4.7.1 come back", "It asks us to wait.");

  private record Run(int status, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }

    String last() {
      return lines().getLast();
    }
  }

  @TempDir private Path dir;

  private Run run(String... words) {
    return command("queue", words);
  }

  private Run command(String noun, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Io io =
        new Io(new ByteArrayInputStream(new byte[0]), new PrintWriter(out), new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of(noun));
    all.addAll(List.of(words));
    all.addAll(List.of("--data", dir.resolve("data").toString()));
    int status = Posthorn.run(io, all.toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }

  private void with(boolean server, Runnable test) {
    if (!server) {
      test.run();
      return;
    }
    try (Server _ = Server.start(TestServer.settings(dir.resolve("data")))) {
      test.run();
    }
  }

  private <T> T core(java.util.function.Function<Core, T> what) {
    try (Core core = Core.open(DataDirectory.open(dir.resolve("data")), DirectoryOptions.DEFAULT)) {
      return what.apply(core);
    }
  }

  private QueueId add(String from, Duration age, String... to) {
    return core(core -> add(core, from, age, to));
  }

  private static QueueId add(Core core, String from, Duration age, String... to) {
    Instant later = Instant.now().plus(Duration.ofHours(10));
    List<NewMessage.To> recipients =
        Arrays.stream(to)
            .map(EmailAddress::parse)
            .map(a ->
                new NewMessage.To(
                    Recipient.of(new ForwardPath(a)),
                    new Destination.Domain(a.domain()),
                    later,
                    BUSY))
            .toList();
    try (Incoming in = core.store().receive()) {
      in.write(
          "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHi\r\n".getBytes(StandardCharsets.UTF_8));
      Kept kept = core.store().keeping().keep(in.finish(), false);
      Sender sender = new Sender(new ReversePath(EmailAddress.parse(from)), 0, Body.SEVEN_BIT);
      return core.queue()
          .add(
              new NewMessage(
                  null,
                  sender,
                  Instant.now().minus(age),
                  kept,
                  "Received: x\r\n".getBytes(StandardCharsets.UTF_8),
                  from,
                  recipients));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listsWhatWaitsAndWhy(boolean server) {
    QueueId id =
        add(
            "ana@example.test",
            Duration.ofMinutes(192),
            "a@far.test",
            "b@far.test",
            "c@far.test",
            "d@far.test",
            "e@near.test");
    with(
        server,
        () -> {
          Run run = run("list");
          assertThat(run.err).isEmpty();
          assertThat(run.status).isZero();
          assertThat(run.lines().getFirst())
              .matches(id + "  3h12m old  \\d+ octets  from <ana@example.test>");
          assertThat(run.lines().get(1))
              .matches(
                  "    to <a@far.test>, <b@far.test>, <c@far.test> and 1 more: tried once, next try"
                      + " in 9h59m");
          assertThat(run.lines().subList(2, 4))
              .containsExactly(
                  "        It asks us to wait.",
                  "        mx.far.test [192.0.2.1] said: 450 4.7.1 come back");
          assertThat(run.lines().get(4)).startsWith("    to <e@near.test>: tried once");
          assertThat(run.last()).isEqualTo("1 message for 5 recipients waiting");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void selectsByAnything(boolean server) {
    QueueId one = add("ana@example.test", Duration.ofHours(5), "bo@far.test", "cy@near.test");
    QueueId two = add("di@example.test", Duration.ofMinutes(5), "ed@near.test");
    with(
        server,
        () -> {
          assertThat(run("list", "--domain", "FAR.test").out).contains(one.toString());
          assertThat(run("list", "--domain", "far.test").last())
              .isEqualTo("1 message for 1 recipient waiting");
          assertThat(run("list", "--sender", "Di@example.test").out)
              .contains(two.toString())
              .doesNotContain(one.toString());
          assertThat(run("list", "--recipient", "cy@near.test").last())
              .isEqualTo("1 message for 1 recipient waiting");
          assertThat(run("list", "--older", "2h").out)
              .contains(one.toString())
              .doesNotContain(two.toString());
          assertThat(run("list", "--sender", "<>").last()).isEqualTo("nothing waits");
          assertThat(run("list", "--held").last()).isEqualTo("nothing waits");
          assertThat(run("list", "--limit", "1").lines())
              .contains("… and 1 more: --limit N shows further ones.");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showsOne(boolean server) {
    QueueId id = add("ana@example.test", Duration.ofHours(5), "bo@far.test");
    with(
        server,
        () -> {
          Run run = run("show", id.toString());
          assertThat(run.status).isZero();
          assertThat(run.out)
              .contains("Message " + id, "from       <ana@example.test>", "subject    Grüße")
              .contains("to <bo@far.test> by far.test", "450 4.7.1 come back");
          JsonNode json = Wire.JSON.readTree(run("show", id.toString(), "--json").out);
          assertThat(json.get("sender").stringValue()).isEqualTo("ana@example.test");
          assertThat(json.get("recipients").get(0).get("status").stringValue()).isEqualTo("4.7.1");
          Run none = run("show", "ZZZ");
          assertThat(none.status).isEqualTo(1);
          assertThat(none.err).contains("ZZZ does not wait");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void holdsAndReleases(boolean server) {
    QueueId id = add("ana@example.test", Duration.ofHours(5), "bo@far.test", "cy@near.test");
    with(
        server,
        () -> {
          assertThat(run("hold", "--domain", "far.test").last())
              .isEqualTo("1 message for 1 recipient held");
          assertThat(run("list", "--held").lines().get(1))
              .isEqualTo("    to <bo@far.test>: held, tried once");
          assertThat(run("hold", id.toString()).last()).isEqualTo("1 message for 1 recipient held");
          assertThat(run("retry", "--all").err).contains("nothing that waits fits");
          // To a host where nobody listens, so that nothing happens to it behind our back.
          assertThat(run("reroute", "192.0.2.1:2525", id.toString()).last())
              .isEqualTo("1 message for 2 recipients rerouted");
          JsonNode json = Wire.JSON.readTree(run("show", id.toString(), "--json").out);
          assertThat(json.get("recipients").get(0).get("destination").stringValue())
              .isEqualTo("[192.0.2.1]:2525");
          assertThat(json.get("recipients").get(0).get("state").stringValue()).isEqualTo("held");
          assertThat(run("reroute", "mx", id.toString()).status).isZero();
          assertThat(run("show", id.toString()).out).contains("to <bo@far.test> by far.test");
        });
    if (!server) {
      assertThat(run("release", "--all").last()).isEqualTo("1 message for 2 recipients released");
      assertThat(run("list").lines().get(1)).contains("due now");
    }
  }

  @Test
  void retriesNow() {
    add("ana@example.test", Duration.ofHours(5), "bo@far.test");
    assertThat(run("retry", "--recipient", "bo@far.test").last())
        .isEqualTo("1 message for 1 recipient to be tried now");
    assertThat(run("list").lines().get(1)).contains("due now");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void drops(boolean server) {
    QueueId id = add("ana@example.test", Duration.ofHours(5), "bo@far.test", "cy@near.test");
    with(
        server,
        () -> {
          assertThat(run("drop", "--recipient", "bo@far.test").last())
              .isEqualTo("1 message for 1 recipient dropped");
          assertThat(run("list").last()).isEqualTo("1 message for 1 recipient waiting");
          assertThat(run("drop", id.toString()).last())
              .isEqualTo("1 message for 1 recipient dropped");
          assertThat(run("list").last()).isEqualTo("nothing waits");
          assertThat(run("drop", id.toString()).status).isEqualTo(1);
        });
    Supplier<List<String>> check = () -> core(c -> c.queue().check());
    assertThat(check.get()).isEmpty();
  }

  @Test
  void whatAStoppedAccountHasSentIsReleasedWithIt() {
    core(core -> {
      new Administration(core).provide("ana@example.test", "secret-of-ana");
      AccountEntry ana = core.directory().account("ana@example.test").orElseThrow();
      byte[] why = "\u0001too much".getBytes(StandardCharsets.UTF_8);
      core.store().account(ana.account()).putRecord("sending", "frozen", why);
      add(core, "eve@example.test", Duration.ofHours(5), "bo@far.test");
      return add(core, "ana@example.test", Duration.ofHours(5), "bo@far.test");
    });
    assertThat(run("hold", "--all").last()).isEqualTo("2 messages for 2 recipients held");
    assertThat(command("account", "unfreeze", "ana@example.test").lines())
        .containsExactly("ana@example.test may send again", "1 message for 1 recipient released");
    assertThat(run("list", "--held").last()).isEqualTo("1 message for 1 recipient waiting");
  }

  @Test
  void dropsAndTellsTheSender() {
    QueueId id =
        core(core -> {
          new Administration(core).provide("ana@example.test", "secret-of-ana");
          return add(core, "ana@example.test", Duration.ofHours(5), "bo@far.test");
        });
    Run run = run("drop", "--notify", id.toString());
    assertThat(run.err).isEmpty();
    assertThat(run("list").out).contains("from <>", "to <ana@example.test> (accounts here)");
  }

  @Test
  void saysWhatItDoesNotUnderstand() {
    add("ana@example.test", Duration.ofHours(5), "bo@far.test");
    assertThat(run("drop").err).contains("say which");
    assertThat(run("retry", "!").err).contains("! is no queue id");
    assertThat(run("list", "--domain", "a b").err).contains("a b is no domain");
    assertThat(run("list", "--sender", "a b").err).contains("a b is no address");
    assertThat(run("list", "--older", "soon").err).contains("--older");
    assertThat(run("reroute", "host:port", "--all").err).contains("host:port is no HOST:PORT");
  }
}
