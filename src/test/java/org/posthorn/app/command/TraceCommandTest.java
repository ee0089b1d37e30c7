package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.Server;
import org.posthorn.app.admin.Wire;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.trace.Story;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import tools.jackson.databind.JsonNode;

/// `posthorn trace`, with a server running on the data directory and without one.
class TraceCommandTest {
  private static final String HOST = "mx.far.test [198.51.100.1]";
  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} [+-]\\d\\d:\\d\\d";

  private record Run(int status, String out, String err) {}

  @TempDir private Path dir;

  private Run run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Io io =
        new Io(new ByteArrayInputStream(new byte[0]), new PrintWriter(out), new PrintWriter(err));
    int status = Posthorn.run(io, words);
    return new Run(status, out.toString(), err.toString());
  }

  private Run trace(String... words) {
    List<String> all = new java.util.ArrayList<>(List.of("trace"));
    all.addAll(List.of(words));
    all.addAll(List.of("--data", dir.resolve("data").toString()));
    return run(all.toArray(String[]::new));
  }

  /// Runs with or without a server on the directory.
  private Run with(boolean server, Supplier<Run> run) {
    if (!server) {
      return run.get();
    }
    try (Server _ = Server.start(TestServer.settings(dir.resolve("data")))) {
      return run.get();
    }
  }

  private static Recipient to(String address) {
    return Recipient.of(new ForwardPath(EmailAddress.parse(address)));
  }

  /// A message that comes for two: one here, one elsewhere, who is not there.
  private QueueId tell() {
    try (Core core = Core.open(DataDirectory.open(dir.resolve("data")), DirectoryOptions.DEFAULT)) {
      Story story = core.trace().story(new QueueId(core.store().ids().next()));
      var remote = new InetSocketAddress("192.0.2.7", 40_000);
      var endpoint =
          new Client.Endpoint(
              remote, remote, false, false, false, Ticker.SYSTEM.nanos() - 1_000_000_000);
      story.connected(new Client("c1", endpoint, "mx.sender.test", true, null, null));
      EmailAddress sender = EmailAddress.parse("eve@sender.test");
      story.sender(new Sender(new ReversePath(sender), 4_096, Body.EIGHT_BIT_MIME));
      story.recipient(to("ana@here.test"), Reply.of(250, "2.1.5", "Recipient ok"));
      story.recipient(to("bo@far.test"), Reply.of(250, "2.1.5", "Recipient ok"));
      story.received("<1@sender.test>", 4_096);
      story.stored(to("ana@here.test"), EmailAddress.parse("ana@here.test"), "INBOX");
      story.queued(to("bo@far.test"), new Destination.Domain("far.test"));
      story.answered(Reply.of(250, "2.0.0", "Ok"));
      story.tried(HOST);
      var later = new Outcome.Problem("4.2.0", HOST, "450 4.2.0 Greylisted", "Wait a little.");
      Instant next = Instant.now().plusSeconds(300);
      story.outcome(to("bo@far.test"), new Outcome.Deferred(later, Outcome.Pace.SAME), next);
      var never = new Outcome.Problem("5.1.1", HOST, "550 5.1.1 Who?", "There is nobody so named.");
      story.outcome(to("bo@far.test"), new Outcome.Failed(never), null);
      story.notice(sender, new QueueId(core.store().ids().next()), "failure");
      return story.id();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsAStory(boolean server) {
    QueueId id = tell();
    Run run = with(server, () -> trace("<1@sender.test>"));
    assertThat(run.err).isEmpty();
    assertThat(run.status).isZero();
    List<String> lines = run.out.lines().toList();
    assertThat(lines.getFirst()).isEqualTo("Message " + id + " <1@sender.test>");
    assertThat(lines.subList(1, lines.size())).allMatch(l -> l.matches("  " + TIME + "  \\S.*"));
    List<String> told = lines.stream().skip(1).map(l -> l.replaceFirst("  " + TIME, "")).toList();
    assertThat(told.subList(0, 10))
        .containsExactly(
            "  connected: 192.0.2.7 as mx.sender.test (ESMTP, connection c1)",
            "  from <eve@sender.test> (SIZE=4096 BODY=8BITMIME)",
            "  to <ana@here.test>: 250 2.1.5 Recipient ok",
            "  to <bo@far.test>: 250 2.1.5 Recipient ok",
            "  received 4096 octets",
            "  <ana@here.test> stored: INBOX of ana@here.test",
            "  <bo@far.test> queued for far.test",
            "  answered: 250 2.0.0 Ok",
            "  trying " + HOST,
            told.get(9));
    assertThat(told.get(9))
        .matches(
            "  <bo@far.test> deferred by \\Q"
                + HOST
                + "\\E: 450 4.2.0 Greylisted \\(4.2.0 Wait a little.\\); next attempt "
                + TIME);
    assertThat(told.get(10))
        .isEqualTo(
            "  <bo@far.test> failed at "
                + HOST
                + ": 550 5.1.1 Who? (5.1.1 There is nobody so named.)");
    assertThat(told.get(11))
        .startsWith("  <eve@sender.test> is sent a notice of failure, which is ");
    assertThat(told).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsItToPrograms(boolean server) {
    QueueId id = tell();
    Run run = with(server, () -> trace("bo@far.test", "--json", "--limit", "1"));
    JsonNode result = Wire.JSON.readTree(run.out);
    assertThat(result.path("more").asBoolean()).isFalse();
    JsonNode message = result.path("messages").path(0);
    assertThat(message.path("id").asString()).isEqualTo(id.toString());
    JsonNode deferred = message.path("events").path(9);
    assertThat(deferred.path("kind").asString()).isEqualTo("deferred");
    assertThat(deferred.path("recipient").asString()).isEqualTo("bo@far.test");
    assertThat(deferred.path("where").asString()).isEqualTo(HOST);
    assertThat(deferred.path("words").asString()).isEqualTo("450 4.2.0 Greylisted");
    assertThat(Instant.parse(deferred.path("next").asString()))
        .isAfter(Instant.parse(deferred.path("at").asString()));
    assertThat(deferred.has("how")).isTrue();
    assertThat(message.path("events").path(0).has("recipient")).isFalse();
  }

  @Test
  void separatesMessagesAndSaysThatThereAreMore() {
    QueueId first = tell();
    QueueId second = tell();
    Run run = trace("ana@here.test");
    assertThat(run.out.lines().filter(l -> l.startsWith("Message ")))
        .containsExactly(
            "Message " + first + " <1@sender.test>", "Message " + second + " <1@sender.test>");
    assertThat(run.out.lines().filter(String::isEmpty)).hasSize(1);
    Run one = trace("ana@here.test", "--limit", "1");
    assertThat(one.out).contains("Message " + second).doesNotContain("Message " + first);
    assertThat(one.out.lines().toList().getLast()).startsWith("There are more");
    assertThat(trace(second.toString(), "--since", "1h").status).isZero();
    assertThat(trace(second.toString(), "--since", "0s").status).isEqualTo(1);
  }

  @Test
  void whatIsNotKnownIsOneLine() {
    tell();
    Run run = trace("nobody@far.test");
    assertThat(run.status).isEqualTo(1);
    assertThat(run.out).isEmpty();
    assertThat(run.err).isEqualTo("posthorn: nothing is known of nobody@far.test\n");
    assertThat(trace("x", "--since", "long").err)
        .isEqualTo("posthorn: --since: \"long\" is not a duration such as \"2m\"\n");
    assertThat(trace("x", "--limit", "0").err)
        .isEqualTo("posthorn: limit is a number from 1 to 1000\n");
  }
}
