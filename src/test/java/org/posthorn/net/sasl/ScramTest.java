package org.posthorn.net.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.sasl.Judgement.Verdict;

class ScramTest {
  private static final byte[] EXPORTED = {1, 2, 3, 4};
  private static final byte[] END_POINT = {9, 9};
  private static final ChannelBinding CHANNEL =
      type ->
          switch (type) {
            case "tls-exporter" -> EXPORTED;
            case "tls-server-end-point" -> END_POINT;
            default -> null;
          };
  private static final String USER = "n=user,r=rOprNGfwEbeRWgbNEkqO";

  private static ScramSecret secret(ScramHash hash, String salt) {
    try {
      byte[] s = Base64.getDecoder().decode(salt);
      int bits = hash == ScramHash.SHA_1 ? 160 : 256;
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2With" + hash.mac)
              .generateSecret(new PBEKeySpec("pencil".toCharArray(), s, 4096, bits))
              .getEncoded();
      byte[] stored =
          MessageDigest.getInstance(hash.digest).digest(hmac(hash, salted, "Client Key"));
      return new ScramSecret(s, 4096, stored, hmac(hash, salted, "Server Key"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] hmac(ScramHash hash, byte[] key, String text)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(hash.mac);
    mac.init(new SecretKeySpec(key, hash.mac));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static ScramSecret secret256() {
    return secret(ScramHash.SHA_256, "W22ZaJ0SNY7soEsUEjb6gQ==");
  }

  private static ScramServer server(boolean plus) {
    return new ScramServer(
        ScramHash.SHA_256, plus, true, CHANNEL, () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  }

  private static Step say(SaslServer server, String message) {
    return server.step(message.getBytes(UTF_8));
  }

  private static String challenge(Step step) {
    assertThat(step).isInstanceOf(Step.Challenge.class);
    return new String(((Step.Challenge) step).data(), UTF_8);
  }

  /// Up to our answer to the first message.
  private static String begin(ScramServer server, String first) {
    assertThat(say(server, first)).isInstanceOf(Step.WantsSecret.class);
    return challenge(server.secret(secret256()));
  }

  private static boolean proven(Step step) {
    assertThat(step).isInstanceOf(Step.Claimed.class);
    return ((Claim.Scram) ((Step.Claimed) step).claim()).proven();
  }

  @Test
  void exampleOfRfc5802Section5() {
    var server =
        new ScramServer(
            ScramHash.SHA_1, false, false, ChannelBinding.NONE, () -> "3rfcNHYJY1ZVvWVs7j");
    assertThat(challenge(server.start())).isEmpty();
    assertThat(say(server, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"))
        .isEqualTo(new Step.WantsSecret(ScramHash.SHA_1, "user"));
    assertThat(challenge(server.secret(secret(ScramHash.SHA_1, "QSXCR+Q6sek8bf92"))))
        .isEqualTo("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
    Step claimed =
        say(
            server,
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    assertThat(proven(claimed)).isTrue();
    assertThat(challenge(server.judged(Verdict.ACCEPTED)))
        .isEqualTo("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    assertThat(say(server, "")).isInstanceOf(Step.Over.class);
    assertThat(server.mechanism()).isEqualTo("SCRAM-SHA-1");
  }

  @Test
  void exampleOfRfc7677Section3() {
    ScramServer server = server(false);
    assertThat(begin(server, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))
        .isEqualTo(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    Step claimed =
        say(
            server,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(proven(claimed)).isTrue();
    assertThat(challenge(server.judged(Verdict.ACCEPTED)))
        .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  }

  private static Step exchange(ScramServer server, String header, byte[] binding, String password) {
    var client =
        new ScramClient("SHA-256", header, binding, "user", "rOprNGfwEbeRWgbNEkqO", password);
    return say(server, client.last(begin(server, client.first())));
  }

  @Test
  void bindsToTheChannelTheClientChooses() {
    byte[] none = {};
    assertThat(proven(exchange(server(true), "p=tls-exporter,,", EXPORTED, "pencil"))).isTrue();
    assertThat(proven(exchange(server(true), "p=tls-server-end-point,,", END_POINT, "pencil")))
        .isTrue();
    assertThat(proven(exchange(server(true), "p=tls-exporter,,", EXPORTED, "pen"))).isFalse();
    // A man in the middle has another channel to us than the client has to him.
    assertThat(proven(exchange(server(true), "p=tls-exporter,,", END_POINT, "pencil"))).isFalse();
    assertThat(proven(exchange(server(true), "p=tls-exporter,,", none, "pencil"))).isFalse();
    assertThat(proven(exchange(server(false), "n,,", EXPORTED, "pencil"))).isFalse();
    assertThat(proven(exchange(server(false), "n,a=user,", none, "pencil"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "false | p=tls-exporter,,", // binding with a mechanism that has none
        "false | y,,", // somebody hid -PLUS from the client
        "true | y,,",
        "true | n,,",
        "true | p=tls-unique,,",
        "true | p=tls-unique-for-telnet,,",
      })
  void whatDoesNotFitTheOfferIsRefused(boolean plus, String header) {
    assertThat(say(server(plus), header + USER)).isInstanceOf(Step.Refused.class);
  }

  @Test
  void aClientThatKnowsBindingIsFineWhereThereIsNone() {
    var server = new ScramServer(ScramHash.SHA_256, false, false, ChannelBinding.NONE, () -> "x");
    assertThat(say(server, "y,," + USER)).isInstanceOf(Step.WantsSecret.class);
  }

  @Test
  void namesAreQuoted() {
    assertThat(say(server(false), "n,a==2C=3D,n=a=2Cb=3D2C=,r=x"))
        .isInstanceOf(Step.Malformed.class);
    assertThat(say(server(false), "n,a=z=2C=3D,n=a=2Cb=3D2C,r=x"))
        .isEqualTo(new Step.WantsSecret(ScramHash.SHA_256, "a,b=2C"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "n",
        "n,",
        "n,,",
        "x,,n=user,r=abc",
        "N,,n=user,r=abc",
        "n,user,n=user,r=abc",
        "n,a=,n=user,r=abc",
        "p=,,n=user,r=abc",
        "p=tls exporter,,n=user,r=abc",
        "n,,r=abc,n=user",
        "n,,n=user",
        "n,,n=,r=abc",
        "n,,n=user,r=",
        "n,,n=user,r=a b",
        "n,,n=user,r=ä",
        "n,,n=us=er,r=abc",
        "n,,n=us=2cer,r=abc",
        "n,,m=ext,n=user,r=abc",
        "n,,n=user,r=abc,m=ext",
        "n,,n=user,r=abc,1=x",
        "n,,n=user,r=abc,x",
        "n,,n=user,r=abc,",
        "n,,n=us\0er,r=abc"
      })
  void malformedFirstMessages(String message) {
    assertThat(say(server(false), message)).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void extensionsThatAreOptionalAreIgnored() {
    assertThat(say(server(false), "n,,n=user,r=abc,t=x,Q=y=z"))
        .isInstanceOf(Step.WantsSecret.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,r=NONCE",
        "c=biws,p=AAAA",
        "r=NONCE,c=biws,p=AAAA",
        "c=biws,r=NONCE,p=A",
        "c=biws,r=NONCE,p=!!!!",
        "c=b,r=NONCE,p=AAAA",
        "c=biws,r=NONCE,m=x,p=AAAA",
        "c=biws,r=NONCE,p=AAAA,x=y",
      })
  void malformedFinalMessages(String message) {
    ScramServer server = server(false);
    String nonce = begin(server, "n,," + USER).split(",")[0].substring(2);
    assertThat(say(server, message.replace("NONCE", nonce))).isInstanceOf(Step.Malformed.class);
    assertThat(say(server, message.replace("NONCE", nonce))).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void anOldFinalMessageProvesNothing() {
    // Recorded from another exchange of the same user, whose nonce was another one.
    String old =
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    var server = new ScramServer(ScramHash.SHA_256, false, false, CHANNEL, () -> "another");
    begin(server, "n,," + USER);
    assertThat(proven(say(server, old))).isFalse();
    server = new ScramServer(ScramHash.SHA_256, false, false, CHANNEL, () -> "another");
    begin(server, "n,," + USER);
    assertThat(proven(say(server, old.replace("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "another"))))
        .isFalse();
  }

  @Test
  void nothingMoreIsSaidToWhomIsNotLetIn() {
    for (Verdict verdict : new Verdict[] {Verdict.REFUSED, Verdict.UNDECIDED}) {
      ScramServer server = server(false);
      exchange(server, "n,,", new byte[0], "pen");
      assertThat(server.judged(verdict)).isInstanceOf(Step.Over.class);
      assertThat(say(server, "")).isInstanceOf(Step.Malformed.class);
    }
    ScramServer server = server(false);
    exchange(server, "n,,", new byte[0], "pencil");
    assertThat(server.judged(Verdict.ACCEPTED)).isInstanceOf(Step.Challenge.class);
    assertThat(say(server, "x")).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void limits() {
    String max = "x".repeat(ScramServer.NONCE_MAX);
    assertThat(say(server(false), "n,,n=u,r=" + max)).isInstanceOf(Step.WantsSecret.class);
    assertThat(say(server(false), "n,,n=u,r=" + max + "x")).isInstanceOf(Step.Malformed.class);
    String name = "x".repeat(SaslServer.FIELD_MAX + 1);
    assertThat(say(server(false), "n,,n=" + name + ",r=x")).isInstanceOf(Step.Malformed.class);
    String filler = ",a=" + "x".repeat(ScramServer.MESSAGE_MAX);
    assertThat(say(server(false), "n,,n=u,r=x" + filler)).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void theOrderOfCallsIsChecked() {
    assertThatThrownBy(() -> server(false).secret(secret256()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> server(false).judged(Verdict.ACCEPTED))
        .isInstanceOf(IllegalStateException.class);
  }
}
