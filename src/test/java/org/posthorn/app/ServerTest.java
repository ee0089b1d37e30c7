package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.app.command.TestServer;
import org.posthorn.app.config.ConfigException;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The whole server, talked to by Jakarta Mail as very many programs do.
class ServerTest {
  private static final String ANA = "ana@example.test";
  private static final String SECRET = TestMail.SECRET;

  @TempDir private Path dir;

  @Test
  void theConfigurationSaysWhatSmtpOffers() throws Exception {
    String config = "smtp.binarymime = true\nrelay.networks = [\"127.0.0.0/8\"]\n";
    try (Server server = start(config);
        Socket socket = new Socket("127.0.0.1", TestMail.port(server, "submission"))) {
      socket
          .getOutputStream()
          .write("EHLO a\r\nMAIL FROM:<a@b.c>\r\nQUIT\r\n".getBytes(StandardCharsets.UTF_8));
      String told = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(told)
          .contains("CHUNKING", "BINARYMIME", "SMTPUTF8", "LIMITS", "250 2.1.0 Sender ok")
          .contains("DSN", "MT-PRIORITY", "DELIVERBY", "FUTURERELEASE")
          .doesNotContain("REQUIRETLS"); // RFC 8689 §2: under TLS alone
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"imap", "imaps", "pop3", "pop3s"})
  void mailComesInAndIsRead(String protocol) throws Exception {
    try (Server server = start("")) {
      server.administration().provide(ANA, SECRET);
      TestMail.send(server, "smtp", "bo@elsewhere.test", ANA, "Hello");
      assertThat(TestMail.subjects(server, protocol, ANA, SECRET)).containsExactly("Hello");
    }
  }

  /// RFC 6531, RFC 6855: a user whose name is not ASCII sends and reads.
  @ParameterizedTest
  @ValueSource(strings = {"imap", "imaps"})
  void namesMayBeInUtf8(String protocol) throws Exception {
    try (Server server = start("")) {
      server.administration().provide("j\u00f6rg@example.test", SECRET);
      server.administration().provide("\u7528\u6237@example.test", SECRET);
      // One writes the letter and its mark apart.
      TestMail.send(
          server,
          "submission",
          "j\u00f6rg@example.test",
          "\u7528\u6237@example.test",
          "\u4f60\u597d");
      TestMail.send(
          server,
          "submission",
          "\u7528\u6237@example.test",
          "jo\u0308rg@example.test",
          "Gr\u00fc\u00dfe");
      assertThat(TestMail.subjects(server, protocol, "\u7528\u6237@example.test", SECRET))
          .containsExactly("\u4f60\u597d");
      assertThat(TestMail.subjects(server, protocol, "j\u00f6rg@example.test", SECRET))
          .containsExactly("Gr\u00fc\u00dfe");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"submission", "submissions"})
  void usersSendToEachOther(String door) throws Exception {
    try (Server server = start("")) {
      server.administration().provide(ANA, SECRET);
      server.administration().provide("bo@example.test", SECRET);
      TestMail.send(server, door, ANA, "bo@example.test", "From Ana");
      assertThat(TestMail.subjects(server, "imap", "bo@example.test", SECRET))
          .containsExactly("From Ana");
    }
  }

  @Test
  void whatWasTakenIsThereAfterARestart() throws Exception {
    try (Server server = start("")) {
      server.administration().provide(ANA, SECRET);
      TestMail.send(server, "smtp", "bo@elsewhere.test", ANA, "Kept");
    }
    try (Server server = start("")) {
      assertThat(TestMail.subjects(server, "imap", ANA, SECRET)).containsExactly("Kept");
      // A new password keeps the mail.
      server.administration().provide(ANA, "another one");
      assertThat(TestMail.subjects(server, "pop3", ANA, "another one")).containsExactly("Kept");
    }
  }

  @Test
  void anyUserIsAnInboxWithAnyPassword() throws Exception {
    try (Server server = Server.start(TestServer.settings(dir.resolve("data"), "", true))) {
      TestMail.send(server, "smtp", "x@y.test", "somebody@nowhere.example", "Caught");
      assertThat(TestMail.subjects(server, "imap", "somebody@nowhere.example", "whatever"))
          .containsExactly("Caught");
      assertThat(TestMail.subjects(server, "pop3", "nobody@nowhere.example", "other")).isEmpty();
    }
  }

  @Test
  void healthAndFiguresAreServed() throws Exception {
    try (Server server = start("")) {
      server.administration().provide(ANA, SECRET);
      TestMail.send(server, "smtp", "bo@elsewhere.test", ANA, "Counted");
      assertThat(http(server, "/healthz/live")).isEqualTo("live\n");
      assertThat(http(server, "/healthz/ready")).isEqualTo("ready\n");
      assertThat(http(server, "/metrics"))
          .contains("posthorn_net_accepted_total 1.0")
          .contains("posthorn_ready 1.0")
          .contains("posthorn_connections ");
    }
  }

  @Test
  void everythingInTheDataDirectoryIsPrivate() throws Exception {
    try (Server server = start("")) {
      assertThat(server.doors()).hasSize(8);
      Path data = dir.resolve("data");
      assertThat(Files.getPosixFilePermissions(data))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.getPosixFilePermissions(data.resolve("admin.sock")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.getPosixFilePermissions(data.resolve("tls/self-signed.pem")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void aTakenPortFailsAndLeavesNothingOpen() throws Exception {
    try (Server first = start("")) {
      int taken = TestMail.port(first, "imap");
      String toml = "listen.imap.bind = [\"127.0.0.1:" + taken + "\"]\n";
      Settings settings =
          Settings.dev(TestServer.configWithout("imap", dir.resolve("other"), toml), false);
      assertThatThrownBy(() -> Server.start(settings))
          .isInstanceOf(CommandFailed.class)
          .hasMessage("cannot listen on 127.0.0.1:%d for imap: Address already in use", taken);
    }
    DataDirectory.open(dir.resolve("other")).close();
  }

  @Test
  void aValueThatAProtocolForbidsFailsTheStart() {
    Settings settings = TestServer.settings(dir.resolve("data"), "imap.timeout = \"5m\"\n", false);
    assertThatThrownBy(() -> Server.start(settings))
        .isInstanceOfAny(CommandFailed.class, ConfigException.class)
        .hasMessageContaining("30 minutes");
    DataDirectory.open(dir.resolve("data")).close();
  }

  @Test
  void dataOfANewerVersionFailsTheStart() throws Exception {
    try (Core core = openCore()) {
      Kv kv = core.store().kv();
      byte[] format99 = {1, 99};
      Row version = new Row(new byte[] {'v'}, format99);
      long at = kv.head(Partition.SERVER).version();
      Commit newer =
          new Commit(
              Partition.SERVER,
              at,
              1,
              List.of(),
              List.of(version),
              List.of(),
              List.of(),
              Commit.Local.NONE);
      assertThat(kv.commit(newer)).isInstanceOf(CommitResult.Committed.class);
    }
    assertThatThrownBy(() -> start(""))
        .isInstanceOf(CommandFailed.class)
        .hasMessageEndingWith(
            "has format 99, this version of Posthorn knows 1: start the newer version");
    DataDirectory.open(dir.resolve("data")).close();
  }

  private Core openCore() {
    return Core.open(DataDirectory.open(dir.resolve("data")), DirectoryOptions.DEFAULT);
  }

  @Test
  void aPostmasterThatIsNoAddressFailsTheStart() {
    Settings settings = TestServer.settings(dir.resolve("data"), "postmaster = \"ana\"\n", false);
    assertThatThrownBy(() -> Server.start(settings))
        .hasMessage("postmaster: ana is not an address");
    DataDirectory.open(dir.resolve("data")).close();
  }

  @Test
  void closingEndsIdleConnections() throws Exception {
    Server server = start("");
    try (Socket imap = new Socket("127.0.0.1", TestMail.port(server, "imap"))) {
      imap.getInputStream().read();
      server.close();
      String rest = new String(imap.getInputStream().readAllBytes());
      assertThat(rest).contains("* BYE");
    }
  }

  /// The first connection from an address is served and the second one reads why it is not.
  @ParameterizedTest
  @CsvSource({
    "smtp, 220, 421 4.7.0 mail.example.test",
    "submission, 220, 421 4.7.0 mail.example.test",
    "lmtp, 220, 421 4.7.0 mail.example.test",
    "imap, * OK, * BYE [UNAVAILABLE]",
    "pop3, +OK, -ERR [SYS/TEMP]",
  })
  void whoComesTooOftenIsToldInTheProtocolsWords(String door, String greeting, String refusal)
      throws Exception {
    try (Server server = start("limits.connections-per-address = 1\n");
        Socket first = fromElsewhere(server, door)) {
      byte[] word = first.getInputStream().readNBytes(greeting.length());
      assertThat(new String(word, StandardCharsets.US_ASCII)).isEqualTo(greeting);
      try (Socket second = fromElsewhere(server, door)) {
        byte[] all = second.getInputStream().readAllBytes();
        assertThat(new String(all, StandardCharsets.US_ASCII))
            .startsWithIgnoringCase(refusal + " too many connections")
            .endsWith("\r\n");
      }
    }
  }

  /// From an address that is not exempt from limits.
  private static Socket fromElsewhere(Server server, String door) throws IOException {
    InetAddress local = InetAddress.ofLiteral("127.0.0.2");
    return new Socket(InetAddress.ofLiteral("127.0.0.1"), TestMail.port(server, door), local, 0);
  }

  private Server start(String toml) {
    return Server.start(TestServer.settings(dir.resolve("data"), toml, false));
  }

  private static String http(Server server, String path) throws Exception {
    int port = server.http().orElseThrow().getPort();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
