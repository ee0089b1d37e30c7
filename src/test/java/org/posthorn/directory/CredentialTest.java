package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.store.StoreUnavailable;

class CredentialTest {
  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text);
  }

  private static byte[] hmac(String name, byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance(name);
    mac.init(new SecretKeySpec(key, name));
    return mac.doFinal(text.getBytes(US_ASCII));
  }

  /// Checks the proof of the client and makes the server's, as RFC 5802 §3 says.
  private static void exchange(ScramKeys keys, String auth, String proof, String signature)
      throws Exception {
    byte[] clientSignature = hmac(keys.mechanism().hash.mac, keys.storedKey(), auth);
    byte[] clientKey = base64(proof);
    for (int i = 0; i < clientKey.length; i++) clientKey[i] ^= clientSignature[i];
    assertThat(MessageDigest.getInstance(keys.mechanism().hash.digest).digest(clientKey))
        .isEqualTo(keys.storedKey());
    assertThat(hmac(keys.mechanism().hash.mac, keys.serverKey(), auth))
        .isEqualTo(base64(signature));
  }

  @Test
  void exampleOfRfc5802Section5() throws Exception {
    ScramKeys keys =
        ScramKeys.make(
            ScramKeys.Mechanism.SCRAM_SHA_1,
            "pencil".getBytes(UTF_8),
            base64("QSXCR+Q6sek8bf92"),
            4096);
    exchange(
        keys,
        "n=user,r=fyko+d2lbbFgONRv9qkxdawL,"
            + "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,"
            + "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j",
        "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        "rmF9pqV8S7suAoZWja4dJRkFsKQ=");
  }

  @Test
  void exampleOfRfc7677Section3() throws Exception {
    ScramKeys keys =
        ScramKeys.make(
            ScramKeys.Mechanism.SCRAM_SHA_256,
            "pencil".getBytes(UTF_8),
            base64("W22ZaJ0SNY7soEsUEjb6gQ=="),
            4096);
    exchange(
        keys,
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,"
            + "i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
        "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  }

  @Test
  void opensWithItsPasswordOnly() {
    Credential c = Credential.make("a password", HashCost.LEAST);
    assertThat(c.opensWith("a password")).isTrue();
    assertThat(c.opensWith("a Password")).isFalse();
    assertThat(c.opensWith("")).isFalse();
    assertThat(Credential.dummy(HashCost.LEAST).opensWith("a password")).isFalse();
    assertThat(c.scram()).hasSize(2);
    assertThat(c.salt()).hasSize(16).isNotEqualTo(Credential.make("x", HashCost.LEAST).salt());
    assertThat(c.scram().get(0).salt()).isNotEqualTo(c.scram().get(1).salt());
  }

  @Test
  void allWaysToTypeAPasswordOpen() {
    Credential c = Credential.make("Zo\u00eb\u00a0\u2168", HashCost.LEAST);
    assertThat(c.opensWith("Zoe\u0308 IX")).isTrue();
    // What SASLprep forbids is hashed as it is, and no SCRAM client can say it.
    Credential bell = Credential.make("ding\u0007dong", HashCost.LEAST);
    assertThat(bell.opensWith("ding\u0007dong")).isTrue();
    assertThat(bell.scram()).isEmpty();
    assertThat(Credential.make("\ud83d\ude00 emoji", HashCost.LEAST).scram()).hasSize(2);
  }

  @Test
  void survivesItsRow() {
    Credential c = Credential.make("a password", HashCost.LEAST);
    byte[] row = c.encode();
    Credential again = Credential.decode(row);
    assertThat(again.encode()).isEqualTo(row);
    assertThat(again.opensWith("a password")).isTrue();
    for (int cut = 1; cut < row.length; cut++) {
      byte[] part = Arrays.copyOf(row, cut);
      assertThatThrownBy(() -> Credential.decode(part)).isInstanceOf(StoreUnavailable.class);
    }
    byte[] newer = row.clone();
    newer[0] = 2;
    assertThatThrownBy(() -> Credential.decode(newer)).hasMessageContaining("format 2");
  }

  /// A row of the first format: it must open for ever. The hash is from the tests of the reference
  /// implementation of Argon2 (argon2id, v=19, m=256, t=2, p=1).
  @Test
  void aRowOfTheFirstFormatOpens() {
    byte[] row =
        HexFormat.of()
            .parseHex(
                "01"
                    + "00000100"
                    + "00000002"
                    + "00000001"
                    + "00001000"
                    + "00000008"
                    + "736f6d6573616c74"
                    + "00000020"
                    + "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
                    + "00");
    assertThat(Credential.decode(row).opensWith("password")).isTrue();
    assertThat(Credential.decode(row).opensWith("passwore")).isFalse();
  }

  @Test
  void saysNothingOfItself() {
    Credential c = Credential.make("a password", HashCost.LEAST);
    assertThat(c.toString())
        .doesNotContain(HexFormat.of().formatHex(c.hash()))
        .hasSizeLessThan(120);
  }

  @ParameterizedTest
  @CsvSource({"64,1,1,4095", "64,0,1,4096", "7,1,1,4096", "64,1,0,4096", "2000000,1,1,4096"})
  void aCostThatIsNone(int memory, int passes, int lanes, int iterations) {
    assertThatThrownBy(() -> new HashCost(memory, passes, lanes, iterations))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // RFC 4013 §3
  @Test
  void examplesOfRfc4013Section3() {
    assertThat(SaslPrep.prepare("I\u00adX")).isEqualTo("IX");
    assertThat(SaslPrep.prepare("user")).isEqualTo("user");
    assertThat(SaslPrep.prepare("USER")).isEqualTo("USER");
    assertThat(SaslPrep.prepare("\u00aa")).isEqualTo("a");
    assertThat(SaslPrep.prepare("\u2168")).isEqualTo("IX");
    assertThat(SaslPrep.prepare("\u0007")).isNull();
    assertThat(SaslPrep.prepare("\u0627\u0031")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u00ad",
        "a\u0000",
        "a\u007f",
        "a\u0085",
        "a\u06dd",
        "a\u200e",
        "a\u202e",
        "a\ue000",
        "a\ufffd",
        "a\ufdd0",
        "a\uffff",
        "a\ud800",
        "a\u2ff0",
        "\u05d0a\u05d0",
        "\u05d01"
      })
  void saslPrepForbids(String text) {
    assertThat(SaslPrep.prepare(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u05d01\u05d0", "\u00df\u0130", "p\u00e4ss w\u00f6rd"})
  void saslPrepLeaves(String text) {
    assertThat(SaslPrep.prepare(text)).isEqualTo(text);
  }
}
