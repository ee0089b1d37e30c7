package org.posthorn.net.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaslTest {
  private static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  private static Step password(String authzid, String name, String password) {
    return new Step.Claimed(new Claim.Password(authzid, name, password));
  }

  private static Step plain(String response) {
    return SaslOffer.PASSWORDS.begin("PLAIN").step(bytes(response));
  }

  @Test
  void examplesOfRfc4616() {
    // RFC 4616 §4
    assertThat(plain("\0tim\0tanstaaftanstaaf")).isEqualTo(password("", "tim", "tanstaaftanstaaf"));
    assertThat(plain("Ursel\0Kurt\0xipj3plmq")).isEqualTo(password("Ursel", "Kurt", "xipj3plmq"));
  }

  @Test
  void exampleOfRfc4954() {
    // RFC 4954 §4.1
    SaslLine line = SaslLine.initial(bytes("dGVzdAB0ZXN0ADEyMzQ="));
    assertThat(line)
        .isInstanceOfSatisfying(
            SaslLine.Response.class,
            r ->
                assertThat(SaslOffer.PASSWORDS.begin("plain").step(r.data()))
                    .isEqualTo(password("test", "test", "1234")));
  }

  @Test
  void plainAsksWithAnEmptyChallenge() {
    SaslServer server = SaslOffer.PASSWORDS.begin("PLAIN");
    assertThat(server.start())
        .isInstanceOfSatisfying(Step.Challenge.class, c -> assertThat(c.data()).isEmpty());
    assertThat(server.step(bytes("\0ana\0secret"))).isInstanceOf(Step.Claimed.class);
    assertThat(server.step(bytes("\0ana\0secret"))).isInstanceOf(Step.Malformed.class);
    assertThat(server.mechanism()).isEqualTo("PLAIN");
  }

  @Test
  void utf8Passes() {
    assertThat(plain("\0\u00fcnal\0p\u00e4\u2603\uD83D\uDE00"))
        .isEqualTo(password("", "\u00fcnal", "p\u00e4\u2603\uD83D\uDE00"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\0",
        "\0\0",
        "\0\0\0",
        "ana",
        "ana\0secret",
        "\0ana\0",
        "\0\0secret",
        "a\0ana\0",
        "\0ana\0sec\0ret",
        "\0ana\0secret\0",
        "\0\0ana\0secret"
      })
  void wrongNulsAndEmptyFieldsAreMalformed(String response) {
    assertThat(plain(response)).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void whatIsNotUtf8IsMalformed() {
    byte[][] bad = {
      {0, (byte) 0xff, 0, 'x'},
      {0, 'x', 0, (byte) 0xc0, (byte) 0x80}, // overlong NUL
      {0, 'x', 0, (byte) 0xed, (byte) 0xa0, (byte) 0x80}, // a surrogate
      {0, 'x', 0, (byte) 0xe2, (byte) 0x98}, // cut off
    };
    for (byte[] response : bad) {
      assertThat(SaslOffer.PASSWORDS.begin("PLAIN").step(response))
          .isInstanceOf(Step.Malformed.class);
    }
    SaslServer login = SaslOffer.PASSWORDS.begin("LOGIN");
    assertThat(login.step(new byte[] {(byte) 0xff})).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void overLongIsMalformed() {
    String max = "x".repeat(SaslServer.FIELD_MAX);
    assertThat(plain(max + "\0" + max + "\0" + max)).isInstanceOf(Step.Claimed.class);
    assertThat(plain("\0ana\0" + max + "x")).isInstanceOf(Step.Malformed.class);
    assertThat(plain("\0" + max + "x\0p")).isInstanceOf(Step.Malformed.class);
    assertThat(plain("\0ana\0" + "x".repeat(10_000_000))).isInstanceOf(Step.Malformed.class);
    assertThat(SaslOffer.PASSWORDS.begin("LOGIN").step(bytes(max + "x")))
        .isInstanceOf(Step.Malformed.class);
    assertThat(SaslLine.response(bytes("A".repeat(SaslLine.LINE_MAX))))
        .isInstanceOf(SaslLine.Response.class);
    assertThat(SaslLine.response(bytes("A".repeat(SaslLine.LINE_MAX + 4))))
        .isEqualTo(new SaslLine.Malformed("too long"));
  }

  @Test
  void loginAsksTwice() {
    SaslServer server = SaslOffer.PASSWORDS.begin("login");
    assertThat(server.mechanism()).isEqualTo("LOGIN");
    assertChallenge(server.start(), "Username:", "VXNlcm5hbWU6");
    assertChallenge(server.step(bytes("ana@example.test")), "Password:", "UGFzc3dvcmQ6");
    assertThat(server.step(bytes("secret"))).isEqualTo(password("", "ana@example.test", "secret"));
    assertThat(server.step(bytes("more"))).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void loginTakesTheUserAsInitialResponse() {
    SaslServer server = SaslOffer.PASSWORDS.begin("LOGIN");
    assertChallenge(server.step(bytes("ana")), "Password:", "UGFzc3dvcmQ6");
    assertThat(server.step(bytes("secret"))).isEqualTo(password("", "ana", "secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "an\0a"})
  void loginWithNothingOrNulIsMalformed(String response) {
    SaslServer user = SaslOffer.PASSWORDS.begin("LOGIN");
    assertThat(user.step(bytes(response))).isInstanceOf(Step.Malformed.class);
    assertThat(user.step(bytes("ana"))).isInstanceOf(Step.Malformed.class);
    SaslServer password = SaslOffer.PASSWORDS.begin("LOGIN");
    password.step(bytes("ana"));
    assertThat(password.step(bytes(response))).isInstanceOf(Step.Malformed.class);
  }

  private static void assertChallenge(Step step, String text, String encoded) {
    assertThat(step)
        .isInstanceOfSatisfying(
            Step.Challenge.class,
            c -> {
              assertThat(new String(c.data(), StandardCharsets.US_ASCII)).isEqualTo(text);
              assertThat(SaslLine.encode(c.data())).isEqualTo(encoded);
            });
  }

  @Test
  void mechanisms() {
    for (String name : SaslOffer.PASSWORDS.names()) {
      assertThat(SaslOffer.PASSWORDS.begin(name)).isNotNull();
      assertThat(SaslOffer.PASSWORDS.begin(name)).isNotSameAs(SaslOffer.PASSWORDS.begin(name));
    }
    assertThat(SaslOffer.PASSWORDS.begin("CRAM-MD5")).isNull();
    assertThat(SaslOffer.PASSWORDS.begin("")).isNull();
  }

  @Test
  void linesAreBase64OrAStar() {
    assertThat(SaslLine.response(bytes("*"))).isEqualTo(new SaslLine.Cancelled());
    assertThat(SaslLine.initial(bytes("*"))).isInstanceOf(SaslLine.Malformed.class);
    assertData(SaslLine.response(bytes("")), "");
    assertData(SaslLine.initial(bytes("=")), "");
    assertThat(SaslLine.response(bytes("="))).isInstanceOf(SaslLine.Malformed.class);
    assertData(SaslLine.response(bytes("YQ==")), "a");
    assertData(SaslLine.response(bytes("YWI=")), "ab");
    assertData(SaslLine.response(bytes("YWJj")), "abc");
  }

  private static void assertData(SaslLine line, String text) {
    assertThat(line)
        .isInstanceOfSatisfying(
            SaslLine.Response.class, r -> assertThat(r.data()).isEqualTo(bytes(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "YQ",
        "YQ=",
        "YR==",
        "Y===",
        "====",
        "Y",
        " YQ==",
        "YQ== ",
        "YQ==\r",
        "Y Q==",
        "YQ==YQ==",
        "Y-_=",
        "!!!!",
        "YWJ",
        "**",
        "YW=j"
      })
  void strictly(String line) {
    assertThat(SaslLine.response(bytes(line))).isInstanceOf(SaslLine.Malformed.class);
  }

  @Test
  void noPasswordInAnyText() {
    assertThat(password("z", "ana", "secret").toString()).contains("ana").doesNotContain("secret");
    assertThat(SaslLine.response(bytes("c2VjcmV0")).toString()).isEqualTo("Response[6 octets]");
  }

  @Test
  void everyInputEndsInAStep() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] junk = new byte[random.nextInt(40)];
      random.nextBytes(junk);
      if (random.nextBoolean() && junk.length > 2) {
        junk[random.nextInt(junk.length)] = 0;
        junk[random.nextInt(junk.length)] = 0;
      }
      assertThat(SaslLine.response(junk)).isNotNull();
      assertThat(SaslLine.initial(junk)).isNotNull();
      for (String mechanism : SaslOffer.PASSWORDS.names()) {
        SaslServer server = SaslOffer.PASSWORDS.begin(mechanism);
        assertThat(server.step(junk)).isNotNull();
        assertThat(server.step(junk)).isNotNull();
      }
    }
  }
}
