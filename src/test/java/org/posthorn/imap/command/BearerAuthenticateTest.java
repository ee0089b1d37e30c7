package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.directory.token.TestIssuer;
import org.posthorn.directory.token.TokenRules;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.net.LineClient;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.ScramClient;
import org.posthorn.store.TestStore;

/// AUTHENTICATE with bearer tokens: RFC 7628, and XOAUTH2.
class BearerAuthenticateTest {
  private static final TestIssuer ISSUER = new TestIssuer();
  private static final TokenRules RULES =
      new TokenRules(
          TestIssuer.NAME,
          Set.of("imap"),
          "email",
          "mail",
          "https://id.example.test/.well-known/openid-configuration",
          Duration.ofMinutes(1));

  private ImapTestServer server;
  private String user;

  @BeforeEach
  void open() {
    server = new ImapTestServer(ImapTestServer.CONFIG, new TestStore(), ISSUER.tokens(RULES));
    user = server.account();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private LineClient connect() throws IOException {
    LineClient c = LineClient.connect(server.listener.address());
    assertThat(c.expect("* OK ")).contains(" AUTH=OAUTHBEARER AUTH=XOAUTH2 ");
    return c;
  }

  private static String oauthbearer(String who, String token) {
    String gs2 = who.isEmpty() ? "n,," : "n,a=" + who + ",";
    return ScramClient.base64(
        gs2 + "\1host=server.example.com\1port=143\1auth=Bearer " + token + "\1\1");
  }

  private static String xoauth2(String who, String token) {
    return ScramClient.base64("user=" + who + "\1auth=Bearer " + token + "\1\1");
  }

  private String token() {
    return ISSUER.token(TestIssuer.claims(user));
  }

  @Test
  void theTokenIsEnough() throws IOException {
    for (String who : List.of("", user, user.toUpperCase())) {
      try (LineClient c = connect()) {
        c.send("t1 AUTHENTICATE OAUTHBEARER " + oauthbearer(who, token()));
        assertThat(c.expect("t1 OK [CAPABILITY ")).doesNotContain(" AUTH=");
        c.send("t2 SELECT INBOX").readUntil("t2 OK");
      }
    }
    try (LineClient c = connect()) {
      c.send("t1 AUTHENTICATE XOAUTH2").expect("+ ");
      c.send(xoauth2(user, token())).expect("t1 OK");
    }
  }

  @Test
  void aRefusedTokenIsExplained() throws IOException {
    // RFC 7628 §4.3
    String why =
        ScramClient.base64(
            "{\"status\":\"invalid_token\",\"scope\":\"mail\",\"openid-configuration\":"
                + "\"https://id.example.test/.well-known/openid-configuration\"}");
    String ended = ISSUER.token(TestIssuer.claims(user).replace("\"exp\":1", "\"exp\":0.1"));
    try (LineClient c = connect()) {
      c.send("t1 AUTHENTICATE OAUTHBEARER " + oauthbearer(user, ended)).expect("+ " + why);
      c.send("AQ==").expect("t1 NO [AUTHENTICATIONFAILED]");
      c.send("t2 AUTHENTICATE OAUTHBEARER " + oauthbearer(user, "junk")).expect("+ " + why);
      c.send("*").expect("t2 BAD Authentication cancelled");
      // a client that asks what is wanted
      c.send("t3 AUTHENTICATE OAUTHBEARER " + ScramClient.base64("n,a=x,\1auth=\1\1"));
      c.expect("+ " + why);
      c.send("AQ==").expect("t3 NO [AUTHENTICATIONFAILED]");
      c.send("t4 AUTHENTICATE XOAUTH2 " + xoauth2(user, "junk"));
      assertThat(ScramClient.unbase64(c.expect("+ ").substring(2)))
          .isEqualTo("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}");
      c.send("").expect("t4 NO [AUTHENTICATIONFAILED]");
      c.send("t5 SELECT INBOX").expect("t5 BAD Log in first");
      c.send("t6 AUTHENTICATE OAUTHBEARER " + oauthbearer(user, token())).expect("t6 OK");
    }
  }

  @Test
  void aTokenForSomethingElse() throws IOException {
    String game = ISSUER.token(TestIssuer.claims(user).replace("openid mail", "openid game"));
    try (LineClient c = connect()) {
      c.send("t1 AUTHENTICATE OAUTHBEARER " + oauthbearer(user, game));
      assertThat(ScramClient.unbase64(c.expect("+ ").substring(2)))
          .startsWith("{\"status\":\"insufficient_scope\",\"scope\":\"mail\"");
      c.send("AQ==").expect("t1 NO [AUTHENTICATIONFAILED]");
    }
  }

  @Test
  void aTokenOpensTheMailOfItsOwnerOnly() throws IOException {
    String other = server.account();
    String nobody = ISSUER.token(TestIssuer.claims("nobody@example.test"));
    String junk = ISSUER.token(TestIssuer.claims("not an address"));
    try (LineClient c = connect()) {
      c.send("t1 AUTHENTICATE OAUTHBEARER " + oauthbearer(other, token())).expect("+ ");
      c.send("AQ==").expect("t1 NO [AUTHORIZATIONFAILED]");
      c.send("t2 AUTHENTICATE XOAUTH2 " + xoauth2(other, token())).expect("+ ");
      c.send("").expect("t2 NO [AUTHORIZATIONFAILED]");
      for (String bad : List.of(nobody, junk)) {
        c.send("t3 AUTHENTICATE OAUTHBEARER " + oauthbearer("", bad)).expect("+ ");
        c.send("AQ==").expect("t3 NO [AUTHENTICATIONFAILED]");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"=", "!!!!", "bixh", "biws", "biwsAWF1dGg9QmVhcmVyIHgB"})
  void malformed(String initial) throws IOException {
    try (LineClient c = connect()) {
      c.send("t1 AUTHENTICATE OAUTHBEARER " + initial).expect("t1 BAD Malformed response");
      c.send("t2 AUTHENTICATE XOAUTH2 " + initial).expect("t2 BAD Malformed response");
    }
  }

  @Test
  void longTokens() throws IOException {
    // As long as a token may be, with the rest of the response, in a command of one line.
    String claims = TestIssuer.claims(user);
    int room = 6400;
    String token =
        ISSUER.token(claims.replace("\"scope\"", "\"x\":\"" + "g".repeat(room) + "\",\"scope\""));
    try (LineClient c = connect()) {
      String initial = oauthbearer(user, token);
      assertThat(initial.length()).isBetween(11_000, SaslLine.LINE_MAX);
      c.send("t1 AUTHENTICATE OAUTHBEARER " + initial).expect("t1 OK");
    }
    String tooLong = "A".repeat(SaslLine.LINE_MAX + 4);
    try (LineClient c = connect()) {
      c.send("t1 AUTHENTICATE OAUTHBEARER " + tooLong).expect("t1 BAD Malformed response");
      c.send("t2 AUTHENTICATE OAUTHBEARER").expect("+ ");
      c.send("A".repeat(100_000)).expect("t2 BAD [TOOBIG]");
    }
  }

  @Test
  void notOfferedWhereNobodyJudgesTokens() throws IOException {
    try (ImapTestServer plain = new ImapTestServer();
        LineClient c = LineClient.connect(plain.listener.address())) {
      assertThat(c.expect("* OK ")).doesNotContain("OAUTH");
      c.send("t1 AUTHENTICATE OAUTHBEARER " + oauthbearer("", token())).expect("t1 NO [CANNOT]");
    }
  }
}
