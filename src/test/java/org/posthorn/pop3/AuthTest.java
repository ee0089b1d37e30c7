package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.token.TestIssuer;
import org.posthorn.net.LineClient;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsMode;
import org.posthorn.net.sasl.ScramClient;

class AuthTest extends Pop3Test {
  private static final String RESPONSE = base64("\0" + NAME + "\0" + PASSWORD);

  @Test
  void plainWithInitialResponse() throws IOException {
    LineClient c = stranger();
    say(c, "AUTH PLAIN " + RESPONSE, "+OK " + NAME + "'s maildrop has 0 messages (0 octets)");
    say(c, "STAT", "+OK 0 0");
  }

  @Test
  void plainWithContinuation() throws IOException {
    LineClient c = stranger();
    sayExactly(c, "auth plain", "+ ");
    say(c, RESPONSE, "+OK");
  }

  @Test
  void asksForNameAndPassword() throws IOException {
    LineClient c = stranger();
    sayExactly(c, "AUTH LOGIN", "+ " + base64("Username:"));
    sayExactly(c, base64(NAME), "+ " + base64("Password:"));
    say(c, base64(PASSWORD), "+OK");
  }

  @Test
  void anIdentityOfOnesOwnIsFine() throws IOException {
    say(stranger(), "AUTH PLAIN " + base64(NAME + "\0" + NAME + "\0" + PASSWORD), "+OK");
    say(
        stranger(),
        "AUTH PLAIN " + base64("other@dbc.mtview.ca.us\0" + NAME + "\0" + PASSWORD),
        "-ERR [AUTH] nobody acts for another here");
  }

  @Test
  void wrongPassword() throws IOException {
    LineClient c = stranger();
    say(c, "AUTH PLAIN " + base64("\0" + NAME + "\0wrong"), "-ERR [AUTH] wrong user name");
    say(c, "AUTH PLAIN " + RESPONSE, "+OK");
  }

  @Test
  void cancelled() throws IOException {
    LineClient c = stranger();
    say(c, "AUTH PLAIN", "+ ");
    sayExactly(c, "*", "-ERR authentication cancelled"); // RFC 5034 §4
    sayExactly(c, "AUTH CRAM-MD5", "-ERR unknown mechanism");
    logIn(c);
  }

  @ParameterizedTest
  @ValueSource(strings = {"=", "!!!!", "AAAA", "AG1yb3NlAA==", "bXJvc2U=", "AA=", "AAAA=AAA"})
  void malformed(String response) throws IOException {
    LineClient c = stranger();
    sayExactly(c, "AUTH PLAIN " + response, "-ERR malformed response");
    sayExactly(c, "AUTH PLAIN", "+ ");
    sayExactly(c, response, "-ERR malformed response");
    logIn(c);
  }

  @Test
  void tooLong() throws IOException {
    LineClient c = stranger();
    say(c, "AUTH PLAIN " + "A".repeat(1_000_000), "-ERR line too long");
    say(c, "AUTH PLAIN", "+ ");
    say(c, "A".repeat(1_000_000), "-ERR response too long");
    logIn(c);
  }

  @Test
  void scram() throws IOException {
    LineClient c = stranger();
    var client = new ScramClient("SHA-256", "n,,", new byte[0], NAME, "abc", PASSWORD);
    c.send("AUTH SCRAM-SHA-256 " + base64(client.first()));
    String first = ScramClient.unbase64(c.expect("+ ").substring(2));
    sayExactly(c, base64(client.last(first)), "+ " + base64(client.expectedEnd()));
    say(c, "", "+OK " + NAME + "'s maildrop has"); // RFC 5034 §4
    c = stranger();
    client = new ScramClient("SHA-256", "n,,", new byte[0], NAME, "abc", "wrong");
    c.send("AUTH SCRAM-SHA-256 " + base64(client.first()));
    first = ScramClient.unbase64(c.expect("+ ").substring(2));
    sayExactly(c, base64(client.last(first)), "-ERR [AUTH] wrong user name or password");
    sayExactly(
        c,
        "AUTH SCRAM-SHA-1 " + base64("p=x,,n=a,r=b"),
        "-ERR [AUTH] channel binding does not fit");
  }

  @Test
  void byToken() throws IOException {
    TestIssuer issuer = new TestIssuer();
    directory.close();
    directory =
        new Directory(
            test.store,
            DirectoryOptions.DEFAULT,
            issuer.tokens(TestIssuer.RULES),
            test.clock,
            Ticker.SYSTEM);
    LineClient c = stranger();
    c.send("AUTH OAUTHBEARER " + base64("n,,\1auth=Bearer junk\1\1"));
    c.expect("+ " + base64("{\"status\":\"invalid_token\"}"));
    say(c, "AQ==", "-ERR [AUTH] wrong user name or password");
    String token = issuer.token(TestIssuer.claims(NAME));
    say(c, "AUTH OAUTHBEARER " + base64("n,,\1auth=Bearer " + token + "\1\1"), "+OK " + NAME);
  }

  @Test
  void theBareCommandListsMechanisms() throws IOException {
    assertThat(lines(stranger(), "AUTH"))
        .containsExactly("SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN");
    LineClient c = connect(listen(server(Pop3Config.of("dewey")), TlsMode.NONE));
    c.expect("+OK");
    assertThat(lines(c, "AUTH")).isEmpty();
    sayExactly(c, "AUTH PLAIN " + RESPONSE, "-ERR STLS first");
  }
}
