package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.Server;
import org.posthorn.app.admin.Administration;
import org.posthorn.app.admin.Wire;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.store.Account;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.UidSet;
import tools.jackson.databind.JsonNode;

/// `posthorn send` and `posthorn sendmail`, with a server running on the data directory and without
/// one.
class SendCommandTest {
  private static final String ANA = "ana@here.test";

  private static final String LETTER =
      """
      From: Bo <bo@here.test>
      To: Ana <ana@here.test>
      Bcc: cy@here.test
      Subject: Hello

      It works.
      .
      And goes on.
      """;

  private record Run(int status, String out, String err) {
    JsonNode json() {
      return Wire.JSON.readTree(out);
    }
  }

  @TempDir private Path dir;
  private String typed = "";

  @BeforeEach
  void accounts() {
    try (Core core = open()) {
      Administration administration = new Administration(core);
      administration.provide(ANA, "secret-of-ana");
      administration.provide("cy@here.test", "secret-of-cy");
    }
  }

  private Core open() {
    return Core.open(DataDirectory.open(dir.resolve("data")), DirectoryOptions.DEFAULT);
  }

  private Run run(String command, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(command, "--data", dir.resolve("data").toString()));
    all.addAll(List.of(words));
    byte[] in = typed.getBytes(StandardCharsets.UTF_8);
    Io io = new Io(new ByteArrayInputStream(in), new PrintWriter(out), new PrintWriter(err));
    int status = Posthorn.run(io, all.toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }

  /// Runs with or without a server on the directory.
  private Run with(boolean server, Supplier<Run> run) {
    if (!server) {
      return run.get();
    }
    String more = "domains = [\"here.test\"]\n";
    try (Server _ = Server.start(TestServer.settings(dir.resolve("data"), more, false))) {
      return run.get();
    }
  }

  /// The messages in somebody's inbox, as text.
  private List<String> inbox(String address) throws IOException {
    try (Core core = open()) {
      Account account =
          core.store().account(core.directory().account(address).orElseThrow().account());
      Mailbox inbox = account.mailbox("INBOX");
      List<String> all = new ArrayList<>();
      for (int i = 1; i <= inbox.count(); i++) {
        EntryCursor entry = inbox.entries(UidSet.of(inbox.uidAt(i)));
        entry.next();
        MessageRow row = account.message(entry.emailId());
        byte[] octets = account.bytes(row, 0, (int) row.size());
        all.add(new String(octets, StandardCharsets.UTF_8));
      }
      return all;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendsAFileToWhomItsHeaderNames(boolean server) throws Exception {
    Path file = Files.writeString(dir.resolve("letter.eml"), LETTER);
    Run run = with(server, () -> run("send", "--json", file.toString()));
    assertThat(run.err).isEmpty();
    assertThat(run.status).isZero();
    String id = run.json().path("id").asString();
    assertThat(run("trace", id).out)
        .contains("from <bo@here.test>")
        .contains("<ana@here.test> stored: INBOX of ana@here.test")
        .contains("<cy@here.test> stored: INBOX of cy@here.test");
    assertThat(inbox(ANA)).hasSize(1);
    assertThat(inbox(ANA).getFirst())
        .startsWith("Return-Path: <bo@here.test>\r\n")
        .contains("\r\nDate: ", "\r\nMessage-ID: <", "\r\nSubject: Hello\r\n")
        .doesNotContain("Bcc", "cy@")
        .endsWith("\r\n\r\nIt works.\r\n.\r\nAnd goes on.\r\n");
    assertThat(inbox("cy@here.test")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendmailTakesWhatIsTyped(boolean server) throws Exception {
    typed = LETTER;
    Run run = with(server, () -> run("sendmail", "-t", "-oi", "-f", "web@here.test"));
    assertThat(run).isEqualTo(new Run(0, "", ""));
    assertThat(inbox(ANA).getFirst())
        .startsWith("Return-Path: <web@here.test>")
        .endsWith("\r\nAnd goes on.\r\n");
  }

  @Test
  void sendmailEndsAtADotUnlessToldOtherwise() throws Exception {
    typed = LETTER;
    Run run = run("sendmail", "-v", "-F", "The Web", ANA);
    assertThat(run.err).isEmpty();
    assertThat(run.status).isZero();
    assertThat(run.out).startsWith("sent as ");
    assertThat(inbox(ANA).getFirst()).endsWith("\r\nIt works.\r\n");
    assertThat(inbox("cy@here.test")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsForElsewhereWaits(boolean server) throws Exception {
    typed = "Subject: far\n\nText\n";
    String far = "bo@far.invalid";
    Run run = with(server, () -> run("send", "--from", ANA, "--to", far, "--to", ANA, "-"));
    assertThat(run.err).isEmpty();
    assertThat(run.status).isZero();
    String id = run.out.strip().substring("sent as ".length());
    assertThat(run("trace", far).out).contains("<bo@far.invalid> queued for far.invalid");
    assertThat(run("trace", id).status).isZero();
    assertThat(inbox(ANA)).hasSize(1);
    assertThat(inbox(ANA).getFirst()).contains("\r\nFrom: " + ANA + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeMessageComesWhole(boolean server) throws Exception {
    String line = "0123456789".repeat(7) + "\n";
    typed = "To: " + ANA + "\n\n" + line.repeat(50_000);
    Run run = with(server, () -> run("sendmail", "-ti"));
    assertThat(run).isEqualTo(new Run(0, "", ""));
    assertThat(inbox(ANA).getFirst()).endsWith(line.repeat(50_000).replace("\n", "\r\n"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendmailExitsAsItsCallersExpect(boolean server) {
    typed = "Subject: x\n\nText\n";
    Run nobody = with(server, () -> run("sendmail", "nobody@here.test"));
    assertThat(nobody.status).isEqualTo(67);
    assertThat(nobody.err).startsWith("sendmail: not sent: 550 5.1.1").hasLineCount(1);
    assertThat(with(server, () -> run("sendmail", "-t")).status).isEqualTo(64);
    assertThat(run("sendmail").err).isEqualTo("sendmail: no recipients: name them, or use -t\n");
    assertThat(run("sendmail", "-bs").status).isEqualTo(64);
    assertThat(run("sendmail", "-bi").status).isZero();
    assertThat(with(server, () -> run("sendmail", "a@-x-")).status).isEqualTo(65);
  }

  @Test
  void whatCannotBeSentIsOneLine() {
    assertThat(run("send", dir.resolve("none").toString()).err)
        .isEqualTo("posthorn: there is no file " + dir.resolve("none") + "\n");
    typed = "Subject: x\n\nText\n";
    Run run = run("send", "-");
    assertThat(run.status).isEqualTo(1);
    assertThat(run.err).isEqualTo("posthorn: no recipients\n");
    Run partly = run("send", "--to", ANA, "--to", "nobody@here.test", "-");
    assertThat(partly.status).isEqualTo(1);
    assertThat(partly.out).startsWith("sent as ").contains("refused: <nobody@here.test> 550 5.1.1");
    assertThat(partly.err).startsWith("posthorn: not sent to all: <nobody@here.test>");
  }
}
