package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.Await;
import org.posthorn.app.Server;
import org.posthorn.app.Settings;
import org.posthorn.app.admin.Wire;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.dns.ZoneServer;
import org.posthorn.net.TestCertificates;
import org.posthorn.net.TestCertificates.Made;
import org.posthorn.net.TlsContexts;
import tools.jackson.databind.JsonNode;

/// Two servers and a signed zone: one sends, and the other has a domain for each way by which its
/// host can be proven or not (RFC 7672, RFC 8461, RFC 8689).
class TransportBetweenServersTest {
  private static final String ANA = "ana@here.test";
  private static final String SECRET = "correct horse";
  private static final Made AUTHORITY = TestCertificates.authority("Anchor");

  /// Good for every host but that of misnamed.test.
  private static final Made CERTIFICATE =
      TestCertificates.server(
          AUTHORITY,
          Duration.ofHours(1),
          "mx.sts.test",
          "mx.elsewhere.test",
          "mx.plain.test",
          "mta-sts.sts.test",
          "mta-sts.elsewhere.test",
          "mta-sts.misnamed.test");

  private static final String DOORS =
      """

      [listen]
      smtp = { bind = ["127.0.0.1:0"] }
      submission = { enabled = false }
      submissions = { bind = ["127.0.0.1:0"] }
      imap = { enabled = false }
      imaps = { enabled = false }
      pop3 = { enabled = false }
      pop3s = { enabled = false }
      https = { enabled = true, bind = ["127.0.0.1:0"] }
      """;

  private static final List<String> DOMAINS =
      List.of(
          "dane.test", "wrong.test", "sts.test", "elsewhere.test", "misnamed.test", "plain.test");

  private record Run(int status, String out, String err) {}

  @TempDir private static Path dir;
  private static ZoneServer names;
  private static Server there;
  private static Server here;

  @BeforeAll
  static void open() throws Exception {
    names = new ZoneServer();
    names.zone("test. 300 IN SOA ns.test. admin.test. 1 600 600 600 90\n");
    Path authority = TestCertificates.write(dir.resolve("ca.pem"), AUTHORITY);
    TlsContexts.KeyFiles files = TestCertificates.write(dir, "there", CERTIFICATE);
    there =
        start(
            "there",
            """
            hostname = "mail.there.test"
                        tls.certificates = [{ certificate = "%s", key = "%s" }]
            dns.validate = false
            mta-sts.mode = "enforce"
            mta-sts.mx = ["mx.sts.test", "mx.misnamed.test"]
            """
                .formatted(files.chain(), files.key()));
    describe(port(there, "smtp"));
    Path anchor = dir.resolve("anchor");
    Files.writeString(anchor, names.trustAnchor());
    here =
        start(
            "here",
            """
            hostname = "mail.here.test"
            domains = ["here.test"]
            dns.trust-anchor = "%s"
            tls.ca-file = "%s"
            mta-sts.port = %d
            outbound.port = %d
            outbound.allow-private = true
            """
                .formatted(anchor, authority, port(there, "https"), port(there, "smtp")));
    here.administration().provide(ANA, SECRET);
  }

  @AfterAll
  static void close() {
    for (AutoCloseable each : new AutoCloseable[] {here, there, names}) {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Server start(String name, String config) {
    String toml =
        "data = \"%s\"\nmetrics.enabled = false\ndkim.enabled = false\ndns.servers = [\"127.0.0.1:%d\"]\n"
            .formatted(dir.resolve(name), names.address().getPort());
    return Server.start(Settings.dev(ConfigReader.parse(name, toml + config + DOORS), false));
  }

  /// The zones of the other server's domains; it has to be known where it listens.
  private static void describe(int port) throws Exception {
    byte[] key = CERTIFICATE.certificate().getPublicKey().getEncoded();
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
    there.administration().provide("bo@there.test", SECRET);
    for (String domain : DOMAINS) {
      names.zone(
          """
          %1$s.    300 IN SOA ns.%1$s. admin.%1$s. 1 600 600 600 90
          %1$s.    300 IN MX 10 mx.%1$s.
          mx.%1$s. 300 IN A 127.0.0.1
          """
              .formatted(domain));
      String tlsa = "_" + port + "._tcp.mx." + domain + ". 300 IN TLSA 3 1 1 ";
      switch (domain) {
        case "dane.test" -> names.zone(tlsa + digest + "\n");
        case "wrong.test" -> names.zone(tlsa + "0".repeat(64) + "\n");
        case "plain.test" -> {}
        default ->
            names.zone(
                """
                _mta-sts.%1$s. 300 IN TXT "v=STSv1; id=1;"
                mta-sts.%1$s.  300 IN A 127.0.0.1
                """
                    .formatted(domain));
      }
      assertThat(run("there", "domain", "alias", domain, "there.test").status).isZero();
    }
    names.sign();
    for (String domain : DOMAINS) {
      if (!domain.equals("dane.test") && !domain.equals("wrong.test")) {
        names.unsign(domain);
      }
    }
  }

  private static int port(Server server, String door) {
    return server.doors().stream()
        .filter(d -> d.name().equals(door))
        .findFirst()
        .orElseThrow()
        .address()
        .getPort();
  }

  private static Run run(String server, String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    var io =
        new Io(new ByteArrayInputStream(new byte[0]), new PrintWriter(out), new PrintWriter(err));
    String[] all = Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--data";
    all[words.length + 1] = dir.resolve(server).toString();
    int status = Posthorn.run(io, all);
    return new Run(status, out.toString(), err.toString());
  }

  /// @param options of MAIL
  private static void send(String to, String options) throws Exception {
    Properties p = new Properties();
    p.put("mail.smtps.ssl.trust", "*");
    p.put("mail.smtps.auth", "true");
    if (!options.isEmpty()) {
      p.put("mail.smtps.mailextension", options);
    }
    Session session = Session.getInstance(p);
    MimeMessage message = new MimeMessage(session);
    message.setFrom(new InternetAddress(ANA));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
    message.setSubject("Secret");
    message.setText("Body.\r\n");
    try (Transport transport = session.getTransport("smtps")) {
      transport.connect("127.0.0.1", port(here, "submissions"), ANA, SECRET);
      transport.sendMessage(message, message.getAllRecipients());
    }
  }

  private static String story(String to, String word) {
    String[] last = {""};
    try {
      Await.until(() -> {
        last[0] = run("here", "trace", to).out;
        return last[0].contains("<" + to + "> " + word);
      });
    } catch (AssertionError e) {
      throw new AssertionError(last[0], e);
    }
    return last[0];
  }

  private static void assertDelivered(String to, String proof, String options) throws Exception {
    send(to, options);
    assertThat(story(to, "delivered")).contains(proof);
    assertThat(run("there", "trace", to).out)
        .contains("<" + to + "> stored: INBOX of bo@there.test", options);
  }

  private static void assertNothingCame(String to) {
    assertThat(run("there", "trace", to).err).contains("nothing is known of " + to);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "REQUIRETLS"})
  void daneProvesTheHost(String options) throws Exception {
    assertDelivered("bo@dane.test", "DANE verified", options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "REQUIRETLS"})
  void thePolicyProvesTheHost(String options) throws Exception {
    assertDelivered("bo@sts.test", "certificate verified", options);
  }

  @ParameterizedTest
  @CsvSource({
    "bo@wrong.test,4.7.5,No trustworthy encrypted connection to the server of wrong.test",
    "bo@misnamed.test,4.7.5,No trustworthy encrypted connection to the server of misnamed.test",
    "bo@elsewhere.test,4.7.0,none of those that the domain says are its own (MTA-STS)"
  })
  void whatIsNotProvenWaits(String to, String status, String reason) throws Exception {
    send(to, "");
    story(to, "deferred");
    JsonNode waiting =
        Wire.JSON.readTree(run("here", "queue", "list", "--recipient", to, "--json").out);
    assertThat(waiting.toString()).contains("\"status\":\"" + status + "\"").contains(reason);
    assertNothingCame(to);
  }

  /// RFC 8689 §4.2.1: it goes back, for its sender wants it so.
  @Test
  void whatMustBeProvenAndIsNotGoesBack() throws Exception {
    String to = "bo@plain.test";
    send(to, "REQUIRETLS");
    assertThat(story(to, "failed")).contains("5.7.10");
    Await.until(
        () -> run("here", "trace", to).out.contains("<" + ANA + "> is sent a notice of failure"));
    assertNothingCame(to);
  }

  /// The same without the wish, so that the above proves something.
  @Test
  void withoutAPolicyItGoes() throws Exception {
    assertDelivered("bo+clear@plain.test", "", "");
  }
}
