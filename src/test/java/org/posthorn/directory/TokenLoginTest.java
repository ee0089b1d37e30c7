package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.token.IntrospectedTokens;
import org.posthorn.directory.token.TokenRules;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.Judgement.Verdict;

/// Tokens that a directory judges: here by asking, and the token is the answer.
class TokenLoginTest {
  private static final String GOOD = "{\"active\":true,\"email\":\"ana@example.test\"}";
  private static final String ENDED = GOOD.replace("}", ",\"exp\":1}");
  private static final String JUNK = "{\"active\":false}";

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static TestDirectory directory() {
    return new TestDirectory(
        TestDirectory.CHEAP,
        new IntrospectedTokens(
            new TokenRules("", Set.of(), "email", "", "", Duration.ZERO),
            URI.create("https://id.example.test/"),
            "x",
            "y",
            request -> {
              String token = request.form().substring("token=".length()).split("&")[0];
              if (token.equals("down")) {
                throw new IOException("down");
              }
              return URLDecoder.decode(token, UTF_8).getBytes(UTF_8);
            },
            () -> Instant.parse("2026-11-25T12:00:00Z")));
  }

  private static Login login(TestDirectory t, String authzid, String token, int from) {
    return t.directory.login(new Claim.Token(authzid, token), address(from));
  }

  @Test
  void junkCountsAgainstItsAddressAndNoAccount() {
    try (TestDirectory t = directory()) {
      t.account("ana@example.test");
      for (int i = 0; i < LoginBackoff.ADDRESS_FREE; i++) {
        assertThat(login(t, "ana@example.test", JUNK, 1)).isEqualTo(new Login.Refused());
      }
      assertThat(login(t, "ana@example.test", GOOD, 1)).isInstanceOf(Login.TooMany.class);
      assertThat(login(t, "ana@example.test", GOOD, 2)).isInstanceOf(Login.Ok.class);
      assertThat(t.directory.login("ana@example.test", "word", address(3)))
          .isInstanceOf(Login.Ok.class);
      t.pass(LoginBackoff.WAIT_FIRST);
      assertThat(login(t, "", GOOD, 1)).isInstanceOf(Login.Ok.class);
    }
  }

  @Test
  void whatTheIssuerMadeIsNoGuess() {
    try (TestDirectory t = directory()) {
      t.account("ana@example.test");
      for (int i = 0; i < 2 * LoginBackoff.ADDRESS_FREE; i++) {
        assertThat(login(t, "", ENDED, 1)).isEqualTo(new Login.Refused());
        assertThat(login(t, "", "", 1)).isEqualTo(new Login.Refused());
        assertThat(login(t, "", "down", 1)).isEqualTo(new Login.Unavailable());
      }
      assertThat(login(t, "", GOOD, 1)).isInstanceOf(Login.Ok.class);
    }
  }

  @Test
  void offeredWithHints() {
    try (TestDirectory t = directory()) {
      assertThat(t.directory.offer(null).names()).contains("OAUTHBEARER", "XOAUTH2");
    }
    try (TestDirectory t = new TestDirectory()) {
      assertThat(t.directory.offer(null).names()).doesNotContain("OAUTHBEARER", "XOAUTH2");
      t.account("ana@example.test");
      assertThat(login(t, "", GOOD, 1)).isEqualTo(new Login.Refused());
    }
  }

  @Test
  void verdicts() {
    assertThat(new Login.InsufficientScope().verdict()).isEqualTo(Verdict.INSUFFICIENT_SCOPE);
    assertThat(new Login.OtherIdentity().verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(new Login.Unavailable().verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(new Login.TooMany(Duration.ZERO).verdict()).isEqualTo(Verdict.UNDECIDED);
  }
}
