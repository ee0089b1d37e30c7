package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.directory.PasswordRules;
import org.posthorn.imap.ImapConfig;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.net.LineClient;
import org.posthorn.net.Listener;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;
import org.posthorn.net.sasl.ScramClient;

/// AUTHENTICATE with SCRAM over real TLS.
class ScramAuthenticateTest {
  private static final byte[] NONE = {};

  @TempDir Path files;
  private ImapTestServer server;
  private TlsContexts tls;
  private Listener imaps;
  private String user;

  @BeforeEach
  void open() throws IOException {
    server = new ImapTestServer();
    tls =
        TlsContexts.selfSigned(
            files.resolve("own.pem"), List.of("mail.example.test"), InstantSource.system());
    imaps = server.listen(TlsMode.IMPLICIT, tls);
    user = server.account();
  }

  @AfterEach
  void close() {
    imaps.close();
    server.close();
  }

  private LineClient connect(String protocol) throws IOException {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    LineClient c = LineClient.connect(imaps.address()).startTls(LineClient.trustAll(), parameters);
    c.expect("* OK ");
    return c;
  }

  private LineClient connect() throws IOException {
    return connect("TLSv1.3");
  }

  private static byte[] binding(LineClient c, String type) throws IOException {
    try {
      return switch (type) {
        case "tls-exporter" ->
            ((ExtendedSSLSession) c.tls().getSession())
                .exportKeyingMaterialData("EXPORTER-Channel-Binding", NONE, 32);
        case "tls-server-end-point" ->
            MessageDigest.getInstance("SHA-256")
                .digest(c.tls().getSession().getPeerCertificates()[0].getEncoded());
        default -> NONE;
      };
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// Up to our answer to the proof.
  private String prove(LineClient c, String mechanism, ScramClient client) throws IOException {
    c.send("A1 AUTHENTICATE " + mechanism + " " + ScramClient.base64(client.first()));
    String first = c.expect("+ ").substring(2);
    c.send(ScramClient.base64(client.last(ScramClient.unbase64(first))));
    return c.readLine();
  }

  private ScramClient client(String hash, String header, byte[] binding, String password) {
    return new ScramClient(hash, header, binding, user, "rOprNGfwEbeRWgbNEkqO", password);
  }

  private void succeeds(LineClient c, String mechanism, ScramClient client) throws IOException {
    String last = prove(c, mechanism, client);
    assertThat(last).isEqualTo("+ " + ScramClient.base64(client.expectedEnd()));
    c.send("");
    assertThat(c.expect("A1 OK [CAPABILITY ")).endsWith("Logged in").doesNotContain(" AUTH=");
    c.send("A2 SELECT INBOX").readUntil("A2 OK");
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3,tls-exporter",
    "TLSv1.3,tls-server-end-point",
    "TLSv1.2,tls-exporter",
    "TLSv1.2,tls-server-end-point"
  })
  void bindsToTheChannel(String protocol, String type) throws IOException {
    for (String hash : List.of("SHA-1", "SHA-256")) {
      for (int i = 0; i < 2; i++) { // the second time the TLS session is resumed
        try (LineClient c = connect(protocol)) {
          String header = "p=" + type + ",,";
          ScramClient client = client(hash, header, binding(c, type), ImapTestServer.PASSWORD);
          succeeds(c, "SCRAM-" + hash + "-PLUS", client);
        }
      }
    }
  }

  @Test
  void withoutBindingAndWithoutInitialResponse() throws IOException {
    try (LineClient c = connect()) {
      succeeds(c, "scram-sha-256", client("SHA-256", "n,,", NONE, ImapTestServer.PASSWORD));
    }
    try (LineClient c = connect()) {
      ScramClient client = client("SHA-1", "n,a=" + user + ",", NONE, ImapTestServer.PASSWORD);
      c.send("A1 AUTHENTICATE SCRAM-SHA-1");
      c.expect("+ ");
      c.send(ScramClient.base64(client.first()));
      String first = ScramClient.unbase64(c.expect("+ ").substring(2));
      c.send(ScramClient.base64(client.last(first)));
      c.expect("+ " + ScramClient.base64(client.expectedEnd()));
      c.send("");
      c.expect("A1 OK ");
    }
  }

  @Test
  void wrongPasswordsAndBindingsAreRefusedAlike() throws IOException {
    try (LineClient c = connect();
        LineClient other = connect()) {
      byte[] own = binding(c, "tls-exporter");
      byte[] foreign = binding(other, "tls-exporter");
      assertThat(own).isNotEqualTo(foreign);
      String no = "A1 NO [AUTHENTICATIONFAILED] Wrong user name or password";
      ScramClient client = client("SHA-256", "p=tls-exporter,,", own, "wrong");
      assertThat(prove(c, "SCRAM-SHA-256-PLUS", client)).isEqualTo(no);
      client = client("SHA-256", "p=tls-exporter,,", foreign, ImapTestServer.PASSWORD);
      assertThat(prove(c, "SCRAM-SHA-256-PLUS", client)).isEqualTo(no);
      client = client("SHA-256", "n,,", own, ImapTestServer.PASSWORD);
      assertThat(prove(c, "SCRAM-SHA-256", client)).isEqualTo(no);
      c.send("A2 SELECT INBOX").expect("A2 BAD Log in first");
      client = client("SHA-256", "p=tls-exporter,,", own, ImapTestServer.PASSWORD);
      succeeds(c, "SCRAM-SHA-256-PLUS", client);
    }
  }

  @Test
  void whatWasSaidOnceIsWorthNothing() throws IOException {
    ScramClient client = client("SHA-256", "n,,", NONE, ImapTestServer.PASSWORD);
    String said;
    try (LineClient c = connect()) {
      c.send("A1 AUTHENTICATE SCRAM-SHA-256 " + ScramClient.base64(client.first()));
      said = ScramClient.base64(client.last(ScramClient.unbase64(c.expect("+ ").substring(2))));
      c.send(said).expect("+ ");
      c.send("").expect("A1 OK");
    }
    try (LineClient c = connect()) {
      c.send("A1 AUTHENTICATE SCRAM-SHA-256 " + ScramClient.base64(client.first())).expect("+ ");
      c.send(said).expect("A1 NO [AUTHENTICATIONFAILED]");
    }
  }

  @Test
  void downgradesAreNoticed() throws IOException {
    try (LineClient c = connect()) {
      ScramClient client = client("SHA-256", "y,,", NONE, ImapTestServer.PASSWORD);
      c.send("A1 AUTHENTICATE SCRAM-SHA-256 " + ScramClient.base64(client.first()));
      c.expect("A1 NO [AUTHENTICATIONFAILED]");
    }
    // In clear there is no binding, so nobody took it away.
    try (LineClient c = LineClient.connect(server.listener.address())) {
      assertThat(c.expect("* OK ")).contains("AUTH=SCRAM-SHA-256 ").doesNotContain("-PLUS");
      succeeds(c, "SCRAM-SHA-256", client("SHA-256", "y,,", NONE, ImapTestServer.PASSWORD));
    }
  }

  @Test
  void nobodyActsForAnother() throws IOException {
    try (LineClient c = connect()) {
      ScramClient client =
          client("SHA-256", "n,a=" + server.account() + ",", NONE, ImapTestServer.PASSWORD);
      assertThat(prove(c, "SCRAM-SHA-256", client)).startsWith("A1 NO [AUTHORIZATIONFAILED]");
    }
  }

  private String challenge(LineClient c, String name) throws IOException {
    String first = "n,,n=" + name + ",r=abc";
    c.send("A1 AUTHENTICATE SCRAM-SHA-256 " + ScramClient.base64(first));
    String answer = ScramClient.unbase64(c.expect("+ ").substring(2));
    c.send("*").expect("A1 BAD Authentication cancelled");
    return answer.substring(answer.indexOf(",s="));
  }

  @Test
  void whoDoesNotExistHasASaltToo() throws IOException {
    try (LineClient c = connect()) {
      String known = challenge(c, user);
      String nobody = challenge(c, "nobody@example.test");
      assertThat(challenge(c, user)).isEqualTo(known);
      assertThat(challenge(c, "Nobody@EXAMPLE.test")).isEqualTo(nobody);
      assertThat(nobody).isNotEqualTo(known).hasSameSizeAs(known);
      assertThat(challenge(c, "someone@example.test")).isNotEqualTo(nobody);
      assertThat(challenge(c, "no address at all")).hasSameSizeAs(known);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"!!!!", "=", "biws", "bixhLG49dSxyPXg="})
  void malformed(String initial) throws IOException {
    try (LineClient c = connect()) {
      c.send("A1 AUTHENTICATE SCRAM-SHA-256 " + initial).expect("A1 BAD Malformed response");
      succeeds(c, "SCRAM-SHA-256", client("SHA-256", "n,,", NONE, ImapTestServer.PASSWORD));
    }
  }

  @Test
  void theLastWordMustBeTaken() throws IOException {
    for (String answer : List.of("*", "eA==")) {
      try (LineClient c = connect()) {
        ScramClient client = client("SHA-256", "n,,", NONE, ImapTestServer.PASSWORD);
        assertThat(prove(c, "SCRAM-SHA-256", client)).startsWith("+ ");
        c.send(answer).expect("A1 BAD");
        c.send("A2 SELECT INBOX").expect("A2 BAD Log in first");
      }
    }
  }

  @Test
  void offeredOnlyWhereEverybodyCanUseIt() throws IOException {
    String all =
        " AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1"
            + " AUTH=PLAIN AUTH=LOGIN";
    try (LineClient c = connect()) {
      assertThat(c.ask("A1 CAPABILITY", "A1 OK").getFirst()).endsWith(all);
      // SASLprep forbids it, so nobody could send it by SCRAM
      server.directory.directory.setPassword(user, "a\u0007b", PasswordRules.ANY);
      assertThat(c.ask("A2 CAPABILITY", "A2 OK").getFirst()).doesNotContain("SCRAM");
      c.send("A3 AUTHENTICATE SCRAM-SHA-256 biws").expect("A3 NO [CANNOT] Unknown mechanism");
      server.directory.directory.setPassword(user, "secret", PasswordRules.ANY);
      assertThat(c.ask("A4 CAPABILITY", "A4 OK").getFirst()).endsWith(all);
    }
  }

  @Test
  void nowhereInClearWherePasswordsAreNot() throws IOException {
    ImapConfig strict = ImapTestServer.CONFIG.withCleartext(ImapConfig.Cleartext.REFUSED);
    try (ImapTestServer s = new ImapTestServer(strict);
        Listener door = s.listen(TlsMode.STARTTLS, tls);
        LineClient c = LineClient.connect(door.address())) {
      assertThat(c.expect("* OK "))
          .contains(" STARTTLS ", " LOGINDISABLED]")
          .doesNotContain(" AUTH=", "SASL-IR");
      // RFC 5802 §9: what crosses is enough to try passwords on at leisure
      c.send("A1 AUTHENTICATE SCRAM-SHA-256 biws").expect("A1 NO [PRIVACYREQUIRED]");
      c.send("A2 STARTTLS").expect("A2 OK");
      c.startTls();
      assertThat(c.ask("A3 CAPABILITY", "A3 OK").getFirst())
          .contains(" SASL-IR ", " AUTH=SCRAM-SHA-256-PLUS ", " AUTH=PLAIN ")
          .doesNotContain("STARTTLS", "LOGINDISABLED");
    }
  }
}
