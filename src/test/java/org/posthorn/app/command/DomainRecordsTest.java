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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.app.Server;
import org.posthorn.app.Settings;
import org.posthorn.app.admin.Wire;
import org.posthorn.dns.ZoneServer;
import tools.jackson.databind.JsonNode;

/// `posthorn dkim` and `posthorn dns` against a name server, with a server running and without.
class DomainRecordsTest {
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
  private ZoneServer world;
  private Server server;
  private Path config;
  private String unsigned = "";

  @BeforeEach
  void open() throws IOException {
    world = new ZoneServer();
    config = dir.resolve("posthorn.toml");
    Files.writeString(config, toml());
  }

  private String toml() {
    return "hostname = \"mail.example.org\"\ndata = \""
        + dir.resolve("data")
        + "\"\n"
        + unsigned
        + "dkim.algorithms = [\"ed25519\"]\ndns.servers = [\"127.0.0.1:"
        + world.address().getPort()
        + "\"]\n";
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
    world.close();
  }

  private void begin(Mode mode) {
    assertThat(run("domain", "add", "example.org").status).isZero();
    if (mode == Mode.RUNNING) {
      String more = toml().lines().skip(2).reduce("", (a, b) -> a + b + "\n");
      server = Server.start(Settings.dev(TestServer.config(dir.resolve("data"), more), false));
    }
  }

  private Run run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--config");
    all.add(config.toString());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    var in = new ByteArrayInputStream("".getBytes(StandardCharsets.UTF_8));
    Io io = new Io(in, new PrintWriter(out), new PrintWriter(err));
    int status = Posthorn.run(io, all.toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }

  /// Publishes what `dns zone` prints.
  private void publish() {
    Run zone = run("dns", "zone", "example.org");
    assertThat(zone.status).as(zone.err).isZero();
    world.zone(zone.out);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aNewKeySignsWhenItIsPublished(Mode mode) {
    begin(mode);
    // The command line made both kinds; here one of them signs.
    assertThat(run("dkim", "list").out.lines())
        .hasSize(2)
        .allMatch(l -> l.matches("example.org (rsa|ed25519)-\\d{8} \\w+ signs since [\\d-]{10}"));
    Run rotated = run("dkim", "rotate", "example.org");
    assertThat(rotated.status).as(rotated.err).isZero();
    assertThat(rotated.out).contains("IN\tTXT\t\"v=DKIM1; k=ed25519; p=").contains("Publish these");
    assertThat(run("dkim", "list").out).contains(" waits until the DNS shows it");
    assertThat(run("dkim", "rotate", "example.org", "--json").json()).hasSize(3);

    publish();
    run("dns", "check", "example.org");
    assertThat(run("dkim", "list").out)
        .doesNotContain("waits until")
        .contains(" ed25519 signs no more, keep its record until ");
    JsonNode keys = run("dkim", "list", "example.org", "--json").json();
    assertThat(keys).hasSize(3);
    assertThat(keys.toString()).contains("\"retired\"").doesNotContain("secret");
    assertThat(run("check").out).isEqualTo("all is well\n");
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void whereNothingIsSignedThereAreNoKeys(Mode mode) throws IOException {
    unsigned = "dkim.enabled = false\n";
    Files.writeString(config, toml());
    begin(mode);
    assertThat(run("domain", "add", "other.test").status).isZero();
    assertThat(run("domain", "alias", "alias.test", "other.test").status).isZero();
    assertThat(run("dkim", "list").out).isEmpty();
    assertThat(run("dkim", "rotate", "other.test").err).contains("dkim.enabled is false");
    assertThat(run("dns", "zone", "alias.test").out).contains("MX").doesNotContain("DKIM1");
  }

  @Test
  void whoseDomainIsMissingIsToldHowToAddIt() {
    begin(Mode.STOPPED);
    assertThat(run("domain", "alias", "b.test", "a.test").err)
        .contains("not a domain of this server: a.test; add it first: posthorn domain add a.test");
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void theCheckFailsUntilEverythingIsPublished(Mode mode) {
    begin(mode);
    Run before = run("dns", "check", "example.org");
    assertThat(before.status).isEqualTo(1);
    assertThat(before.out).contains("missing MX   example.org  should be: 10 mail.example");
    assertThat(before.err).contains("records of example.org need mending");

    publish();
    world.zone("mail.example.org. 300 IN A 127.0.0.1\nmail.example.test. 300 IN A 127.0.0.1\n");
    String host = mode == Mode.RUNNING ? "mail.example.test." : "mail.example.org.";
    world.zone("1.0.0.127.in-addr.arpa. 300 IN PTR " + host + "\n");
    Run after = run("dns", "check", "example.org", "--json");
    assertThat(after.err).isEmpty();
    assertThat(after.status).isZero();
    assertThat(after.json()).allMatch(r -> !r.get("harmful").booleanValue());
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void domainsThatOthersAreForHaveNoKeysAndTwoRecords(Mode mode) {
    begin(mode);
    assertThat(run("domain", "add", "backup.test", "--backup", "--recipients", "any").status)
        .isZero();
    assertThat(run("dns", "zone", "backup.test").out)
        .contains("MX\t20 mail.")
        .doesNotContain("DKIM");
    Run rotated = run("dkim", "rotate", "backup.test");
    assertThat(rotated.status).isEqualTo(1);
    assertThat(rotated.err).contains("other servers are for backup.test");
    assertThat(run("dns", "zone", "nowhere.test").status).isEqualTo(1);
    assertThat(run("domain", "remove", "example.org").status).isZero();
    assertThat(run("dkim", "list").out).isEmpty();
  }
}
