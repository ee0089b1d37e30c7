package org.posthorn.trust.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.trust.dkim.DkimResult.Code.FAIL;
import static org.posthorn.trust.dkim.DkimResult.Code.PASS;
import static org.posthorn.trust.dkim.DkimResult.Code.PERMERROR;
import static org.posthorn.trust.dkim.DkimResult.Code.TEMPERROR;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.dns.Zones;

/// What becomes of signatures, good, bad and strange.
class DkimVerifierTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final DkimKey KEY = DkimKey.generate(SigningAlgorithm.ED25519_SHA256);
  private static final DkimKey RSA = DkimKey.generate(SigningAlgorithm.RSA_SHA256);
  private static final String NAME = "s._domainkey.example.org";
  private static final String TAGS =
      "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from:subject:to; bh=?";
  private static final String TEXT =
      "From: Ana <ana@example.org>\nTo: bo@example.net\nSubject: Hi\n there\n\nText\n";
  private static final byte[] MESSAGE = ExamplesTest.crlf(TEXT);

  private static Zones zones() {
    return new Zones().txt(NAME, KEY.record()).txt("r._domainkey.example.org", RSA.record());
  }

  private static DkimResult check(byte[] message, Resolver resolver) {
    return DkimVerifier.verify(SignedMessage.read(message), resolver, NOW).getFirst();
  }

  private static DkimResult check(byte[] message) {
    return check(message, zones());
  }

  private static byte[] replace(byte[] message, String old, String by) {
    String text = new String(message, ISO_8859_1);
    assertThat(text).contains(old);
    return text.replace(old, by).getBytes(ISO_8859_1);
  }

  @Test
  void unsigned() {
    assertThat(DkimVerifier.verify(SignedMessage.read(MESSAGE), zones(), NOW)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"simple", "relaxed", "simple/relaxed", "relaxed/simple", "simple/simple", "Relaxed"})
  void canonicalizations(String c) {
    String tags = TAGS.replace("relaxed/relaxed", c);
    assertThat(check(Forge.sign(tags, KEY, MESSAGE)).code()).isEqualTo(PASS);
  }

  /// What RFC 6376 §6.1.1 wants of the field; the tags are signed as they are.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=1                 | v=2                        | NEUTRAL   | version",
        "v=1                 | v=1.0                      | NEUTRAL   | version",
        "v=1;                | ''                         | NEUTRAL   | v= is missing",
        "a=ed25519-sha256;   | ''                         | NEUTRAL   | a= is missing",
        "a=ed25519-sha256    | a=rsa-sha1                 | PERMERROR | SHA-1",
        "a=ed25519-sha256    | a=rsa-sha256               | PERMERROR | another algorithm",
        "a=ed25519-sha256    | a=dsa-sha512               | NEUTRAL   | algorithm",
        "d=example.org       | d=org                      | NEUTRAL   | d=",
        "d=example.org       | d=example..org             | NEUTRAL   | d=",
        "d=example.org       | d=exa mple.org             | NEUTRAL   | d=",
        "d=example.org       | d=EXAMPLE.org              | PASS      | good",
        "d=example.org       | d=example.net              | PERMERROR | no such key",
        "d=example.org;      | ''                         | NEUTRAL   | d= is missing",
        "s=s                 | s=                         | NEUTRAL   | s=",
        "s=s                 | s=other                    | PERMERROR | no such key",
        "c=relaxed/relaxed   | c=relaxed/loose            | NEUTRAL   | c=",
        "c=relaxed/relaxed   | c=relaxed/relaxed/relaxed  | NEUTRAL   | c=",
        "h=from:subject:to   | h=subject:to               | PERMERROR | From is not signed",
        "h=from:subject:to   | h=                         | NEUTRAL   | h=",
        "h=from:subject:to   | h=from::to                 | NEUTRAL   | h=",
        "h=from:subject:to   | h=FROM : subject:  To      | PASS      | good",
        "h=from:subject:to   | h=from:from:cc:x-none:x    | PASS      | good",
        "h=from:subject:to   | h=from:dkim-signature      | PASS      | good",
        "s=s;                | s=s; i=@example.org;       | PASS      | good",
        "s=s;                | s=s; i=a=20b@x.example.org;| PASS      | good",
        "s=s;                | s=s; i=@example.net;       | NEUTRAL   | i=",
        "s=s;                | s=s; i=@notexample.org;    | NEUTRAL   | i=",
        "s=s;                | s=s; i=example.org;        | NEUTRAL   | i=",
        "s=s;                | s=s; i=@org;               | NEUTRAL   | i=",
        "s=s;                | s=s; q=dns/txt;            | PASS      | good",
        "s=s;                | s=s; q=x/y:dns/txt;        | PASS      | good",
        "s=s;                | s=s; q=dns/any;            | NEUTRAL   | q=",
        "s=s;                | s=s; x=1700000000;         | FAIL      | expired",
        "s=s;                | s=s; x=1900000000;         | PASS      | good",
        "s=s;                | s=s; x=9999999999999999;   | PASS      | good",
        "s=s;                | s=s; t=1799999999;         | PASS      | good",
        "s=s;                | s=s; t=1800000200;         | PASS      | good",
        "s=s;                | s=s; t=1800009999;         | POLICY    | future",
        "s=s;                | s=s; t=99999999999999;     | POLICY    | future",
        "s=s;                | s=s; t=-1;                 | NEUTRAL   | t=",
        "s=s;                | s=s; t=5; x=5;             | NEUTRAL   | ends before",
        "s=s;                | s=s; s=s;                  | NEUTRAL   | cannot be read",
        "s=s;                | s=s;; ;                    | NEUTRAL   | cannot be read",
        "s=s;                | s=s; 2=x;                  | NEUTRAL   | cannot be read",
        "s=s;                | s=s; z;                    | NEUTRAL   | cannot be read",
        "s=s;                | s=s; unknown_2=x=y;        | PASS      | good",
        "s=s;                | s=s; z=From:a,To:b;        | PASS      | good",
        "s=s;                | s=s; l=6;                  | PASS      | good",
        "s=s;                | s=s; l=5;                  | POLICY    | first 5 octets",
        "s=s;                | s=s; l=0;                  | POLICY    | first 0 octets",
        "s=s;                | s=s; l=7;                  | PERMERROR | more is signed",
        "s=s;                | s=s; l=99999999999999999999; | PERMERROR | more is signed",
        "s=s;                | s=s; l=six;                | NEUTRAL   | l=",
        "bh=?                | bh=                        | NEUTRAL   | bh=",
        "bh=?                | bh=****                    | NEUTRAL   | bh=",
        "bh=?                | bh=AAAA                    | FAIL      | body",
      })
  void fields(String tag, String by, DkimResult.Code code, String reason) {
    DkimResult result = check(Forge.sign(TAGS.replace(tag, by), KEY, MESSAGE));
    assertThat(result.reason()).contains(reason);
    assertThat(result.code()).isEqualTo(code);
  }

  @Test
  void saysWho() {
    byte[] signed =
        Forge.sign(TAGS.replace("s=s;", "s=s; i=News=40x@Mail.example.org;"), KEY, MESSAGE);
    String b = new String(signed, ISO_8859_1).replaceAll("(?s).*; b=(.{8}).*", "$1");
    assertThat(check(signed))
        .isEqualTo(
            new DkimResult(
                PASS,
                "example.org",
                "s",
                "News@x@mail.example.org",
                "ed25519-sha256",
                b,
                false,
                "good signature"));
  }

  /// RFC 8616 §5.
  @Test
  void domainsInUnicode() {
    Zones zones = new Zones().txt("s._domainkey.xn--bcher-kva.example", KEY.record());
    for (String d : List.of("bücher.example", "xn--bcher-kva.example")) {
      DkimResult r =
          check(Forge.sign(TAGS.replace("example.org", d) + "; i=grü@" + d, KEY, MESSAGE), zones);
      assertThat(r.code()).isEqualTo(PASS);
      assertThat(r.domain()).isEqualTo("xn--bcher-kva.example");
      assertThat(r.identity()).isEqualTo("grü@xn--bcher-kva.example");
    }
  }

  /// RFC 6376 §3.6.1, §6.1.2.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=DKIM1; k=ed25519; p=!                       | PASS      | good",
        "k=ed25519; p=!                                | PASS      | good",
        "v=DKIM1; k=ed25519; p=!;                      | PASS      | good",
        "v=DKIM1; k=ed25519; t=s; s=*; n=x; g=; p=!    | PASS      | good",
        "v=DKIM1; k=ed25519; g=nobody; p=!             | PASS      | good",
        "v=DKIM1; k=ed25519; s=email:tlsrpt; p=!       | PASS      | good",
        "v=DKIM1; k=ed25519; s=tlsrpt; p=!             | PERMERROR | not for mail",
        "v=DKIM1; k=ed25519; h=sha1:sha256; p=!        | PASS      | good",
        "v=DKIM1; k=ed25519; h=sha1; p=!               | PERMERROR | other hashes",
        "v=DKIM1; k=rsa; p=!                           | PERMERROR | another algorithm",
        "v=DKIM1; p=!                                  | PERMERROR | another algorithm",
        "v=DKIM1; k=ed25519; p=                        | PERMERROR | revoked",
        "v=DKIM1; k=ed25519; p=AAAA                    | PERMERROR | none of Ed25519",
        "v=DKIM1; k=ed25519; p=*                       | PERMERROR | no key",
        "v=DKIM1; k=ed25519                            | PERMERROR | no key",
        "v=DKIM2; k=ed25519; p=!                       | PERMERROR | no key",
        "k=ed25519; v=DKIM1; p=!                       | PERMERROR | no key",
        "v=spf1 -all                                   | PERMERROR | no key",
        "''                                            | PERMERROR | no key",
      })
  void keys(String record, DkimResult.Code code, String reason) {
    String p = KEY.record().substring(KEY.record().indexOf("p=") + 2);
    Zones zones = new Zones().txt(NAME, record.strip().replace("!", p));
    DkimResult result = check(Forge.sign(TAGS, KEY, MESSAGE), zones);
    assertThat(result.reason()).contains(reason);
    assertThat(result.code()).isEqualTo(code);
  }

  @Test
  void keysThatAreTriedOut() {
    Zones zones = new Zones().txt(NAME, KEY.record() + "; t=x:y");
    assertThat(check(Forge.sign(TAGS, KEY, MESSAGE), zones).testing()).isTrue();
    byte[] broken = replace(Forge.sign(TAGS, KEY, MESSAGE), "Ana", "Eva");
    assertThat(check(broken, zones).testing()).isTrue();
    assertThat(check(broken, zones).code()).isEqualTo(FAIL);
  }

  @Test
  void strictKeys() {
    Zones zones = new Zones().txt(NAME, KEY.record() + "; t=s");
    String below = TAGS.replace("s=s;", "s=s; i=@news.example.org;");
    assertThat(check(Forge.sign(below, KEY, MESSAGE), zones).code()).isEqualTo(PERMERROR);
    assertThat(check(Forge.sign(below, KEY, MESSAGE)).code()).isEqualTo(PASS);
    assertThat(check(Forge.sign(TAGS + "; i=a@example.org", KEY, MESSAGE), zones).code())
        .isEqualTo(PASS);
  }

  /// RFC 6376 §6.1.2, 4.
  @Test
  void severalKeysAtOneName() {
    Zones zones =
        new Zones()
            .txt(NAME, "v=spf1 -all")
            .txt(NAME, DkimKey.generate(SigningAlgorithm.ED25519_SHA256).record())
            .txt(NAME, KEY.record());
    assertThat(check(Forge.sign(TAGS, KEY, MESSAGE), zones).code()).isEqualTo(PASS);
  }

  @ParameterizedTest
  @EnumSource(Answer.Reason.class)
  void nobodyKnowsTheKey(Answer.Reason reason) {
    assertThat(check(Forge.sign(TAGS, KEY, MESSAGE), zones().breaks(NAME, reason)).code())
        .isEqualTo(TEMPERROR);
  }

  /// RFC 8301 §3.2.
  @ParameterizedTest
  @CsvSource({"512,POLICY", "1023,POLICY", "1024,PASS", "4096,PASS"})
  void rsaKeys(int bits, DkimResult.Code code) throws Exception {
    KeyPairGenerator g = KeyPairGenerator.getInstance("RSA");
    g.initialize(bits);
    var pair = g.generateKeyPair();
    byte[] signed = Forge.sign(TAGS.replace("ed25519", "rsa"), RSA, MESSAGE);
    if (bits >= 1024) {
      DkimKey key = DkimKey.decode(pair.getPrivate().getEncoded());
      signed = Forge.sign(TAGS.replace("ed25519", "rsa"), key, MESSAGE);
    }
    String p = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    assertThat(check(signed, new Zones().txt(NAME, "p=" + p)).code()).isEqualTo(code);
  }

  private static byte[] der(int type, byte[]... parts) {
    byte[] all = new byte[0];
    for (byte[] p : parts) {
      all = Forge.join(all, p);
    }
    byte[] head = {(byte) type, (byte) 0x82, (byte) (all.length >> 8), (byte) all.length};
    return Forge.join(head, all);
  }

  private static String rsaRecord(BigInteger n, BigInteger e) {
    byte[] der = der(0x30, der(0x02, n.toByteArray()), der(0x02, e.toByteArray()));
    return "v=DKIM1; p=" + Base64.getEncoder().encodeToString(der);
  }

  /// RFC 6376 §3.6.1 and its erratum: RSAPublicKey alone.
  @Test
  void rsaKeysWithoutTheirAlgorithm() {
    byte[] info =
        Base64.getDecoder().decode(RSA.record().substring(RSA.record().indexOf("p=") + 2));
    PublicKey.Rsa key = RsaKeyReader.read(info);
    byte[] signed = Forge.sign(TAGS.replace("ed25519", "rsa"), RSA, MESSAGE);
    Zones zones = new Zones().txt(NAME, rsaRecord(key.modulus(), key.exponent()));
    assertThat(check(signed, zones).code()).isEqualTo(PASS);
  }

  @Test
  void keysThatWouldCostTooMuch() {
    byte[] signed = Forge.sign(TAGS.replace("ed25519", "rsa"), RSA, MESSAGE);
    BigInteger e = BigInteger.valueOf(65537);
    BigInteger huge = BigInteger.ONE.shiftLeft(16_383).setBit(0);
    BigInteger usual = BigInteger.ONE.shiftLeft(2_047).setBit(0);
    var table =
        List.of(
            List.of(rsaRecord(huge, e), "16384 bits"),
            List.of(rsaRecord(BigInteger.ONE.shiftLeft(8_192).setBit(0), e), "8193 bits"),
            List.of(rsaRecord(usual, usual), "none of RSA"),
            List.of(rsaRecord(usual, BigInteger.ONE.shiftLeft(33).setBit(0)), "none of RSA"),
            List.of(rsaRecord(usual, BigInteger.ONE), "none of RSA"),
            List.of(rsaRecord(usual, BigInteger.TWO), "none of RSA"),
            List.of(rsaRecord(usual.clearBit(0), e), "none of RSA"),
            List.of(rsaRecord(usual.negate(), e), "cannot be read"),
            List.of(rsaRecord(BigInteger.ONE.shiftLeft(40_000).setBit(0), e), "no key"),
            List.of("p=MIIBIjANBgkq", "cannot be read"));
    table.forEach(row -> {
      DkimResult r = check(signed, new Zones().txt(NAME, row.get(0)));
      assertThat(r.reason()).contains(row.get(1));
      assertThat(r.code()).isEqualTo(PERMERROR);
    });
  }

  /// Each octet of what is signed, and of the signature.
  @Test
  void everyOctetCounts() {
    for (DkimKey key : List.of(KEY, RSA)) {
      String a = key.algorithm().word();
      String tags = TAGS.replace("ed25519-sha256", a).replace("relaxed/relaxed", "simple/simple");
      byte[] signed = Forge.sign(tags.replace("s=s", key == RSA ? "s=r" : "s=s"), key, MESSAGE);
      assertThat(check(signed).code()).isEqualTo(PASS);
      // But the name of the field: without it there is no signature.
      for (int i = "DKIM-Signature:".length(); i < signed.length; i++) {
        byte[] other = signed.clone();
        other[i] ^= 0x01;
        List<DkimResult> results = DkimVerifier.verify(SignedMessage.read(other), zones(), NOW);
        assertThat(results)
            .as("octet %d: %s", i, new String(other, ISO_8859_1))
            .allSatisfy(r -> assertThat(r.code()).isNotEqualTo(PASS));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "From: Ana      | from:   Ana    | PASS",
        "Subject: Hi    | SUBJECT  :\tHi | PASS",
        "Hi~ there      | Hi there       | PASS",
        "Hi~ there      | Hi~ ~  there   | PASS",
        "Text~          | Text \t~~~     | PASS",
        "To: bo         | X-New: x~To: bo| PASS",
        "Subject: Hi    | Subject: H i   | FAIL",
        "Text           | Te xt          | FAIL",
        "Text~          | Text~more~     | FAIL",
        "To: bo@example.net~ | ''        | FAIL",
        "To: bo         | From: e@x.org~To: bo            | FAIL",
        "DKIM-Signature | From: e@x.org~DKIM-Signature   | POLICY",
        "DKIM-Signature | Subject: x~DKIM-Signature      | POLICY",
        "DKIM-Signature | 'SUBJECT :x~DKIM-Signature'    | POLICY",
        "DKIM-Signature | To: x~DKIM-Signature           | POLICY",
        "DKIM-Signature | Cc: x~DKIM-Signature           | PASS",
        "DKIM-Signature | From e@x.org today~DKIM-Signature | POLICY",
        "DKIM-Signature | X: a^From: e@x.org~DKIM-Signature | POLICY",
        "DKIM-Signature | X: a%From: e@x.org~DKIM-Signature | POLICY",
      })
  void changesOnTheWay(String old, String by, DkimResult.Code code) {
    byte[] signed = Forge.sign(TAGS, KEY, MESSAGE);
    byte[] changed = replace(signed, lines(old), lines(by));
    assertThat(check(changed).code()).as(check(changed).reason()).isEqualTo(code);
  }

  private static String lines(String drawn) {
    return drawn.replace("~", "\r\n").replace("^", "\n").replace("%", "\r");
  }

  /// RFC 6376 §8.15: who has signed one more than there were, allows no other.
  @Test
  void whatIsSignedOnceMoreCannotBeAdded() {
    byte[] signed = Forge.sign(TAGS.replace("h=from", "h=from:subject:cc"), KEY, MESSAGE);
    assertThat(check(signed).code()).isEqualTo(PASS);
    for (String field : List.of("Subject: x", "Cc: x")) {
      assertThat(check(Forge.join((field + "\r\n").getBytes(UTF_8), signed)).code())
          .isEqualTo(FAIL);
    }
  }

  /// RFC 6376 §5.4.2: of fields with one name the lowest are the first.
  @Test
  void fieldsOfOneName() {
    byte[] three = Forge.join("X-A: 1\r\nX-A: 2\r\nX-A: 3\r\n".getBytes(UTF_8), MESSAGE);
    String two = TAGS.replace("h=from", "h=from:x-a:x-a");
    byte[] signed = Forge.sign(two, KEY, three);
    assertThat(check(signed).code()).isEqualTo(PASS);
    assertThat(check(replace(signed, "X-A: 1\r\n", "X-A: 9\r\nX-A: 8\r\n")).code()).isEqualTo(PASS);
    assertThat(check(replace(signed, "X-A: 2", "X-A: 9")).code()).isEqualTo(FAIL);
    assertThat(check(replace(signed, "X-A: 3", "X-A: 9")).code()).isEqualTo(FAIL);
    assertThat(check(replace(signed, "X-A: 2\r\nX-A: 3", "X-A: 3\r\nX-A: 2")).code())
        .isEqualTo(FAIL);
  }

  /// RFC 6376 §3.7: b= is taken out with the white space around it, wherever it stands.
  @Test
  void theSignatureMayStandAnywhere() {
    String signed = new String(Forge.sign(TAGS, KEY, MESSAGE), ISO_8859_1);
    String b = signed.replaceAll("(?s).*; b=([^\r]*)\r\n.*", "$1");
    String folded = b.replaceAll("(.{7})", "$1\r\n\t");
    byte[] other = signed.replace("b=" + b, "b=\r\n  " + folded + " ").getBytes(ISO_8859_1);
    assertThat(check(other).code()).isEqualTo(PASS);
  }

  @Test
  void tenSignaturesAreLookedAt() {
    byte[] message = MESSAGE;
    for (int i = 0; i < 100; i++) {
      message = Forge.sign(TAGS.replace("s=s;", "s=s" + i + ";"), KEY, message);
    }
    AtomicInteger asked = new AtomicInteger();
    Zones zones = new Zones();
    for (int i = 0; i < 100; i++) {
      zones.txt("s" + i + "._domainkey.example.org", KEY.record());
    }
    List<DkimResult> results =
        DkimVerifier.verify(SignedMessage.read(message), counting(zones, asked), NOW);
    assertThat(results).hasSize(10).extracting(DkimResult::code).containsOnly(PASS);
    assertThat(asked).hasValue(10);
  }

  private static Resolver counting(Zones zones, AtomicInteger asked) {
    return (Resolver)
        java.lang.reflect.Proxy.newProxyInstance(
            Resolver.class.getClassLoader(),
            new Class<?>[] {Resolver.class},
            (proxy, method, arguments) -> {
              asked.incrementAndGet();
              return method.invoke(zones, arguments);
            });
  }

  @Test
  void whatCannotBeGoodIsNotAskedFor() {
    AtomicInteger asked = new AtomicInteger();
    byte[] broken = replace(Forge.sign(TAGS, KEY, MESSAGE), "Text", "Test");
    assertThat(check(broken, counting(zones(), asked)).code()).isEqualTo(FAIL);
    byte[] twice = Forge.sign(TAGS, KEY, Forge.sign(TAGS, KEY, MESSAGE));
    DkimVerifier.verify(SignedMessage.read(twice), counting(zones(), asked), NOW);
    assertThat(asked).hasValue(1);
  }

  @Test
  void headersWithoutEndAreNotRead() throws IOException {
    byte[] signed = Forge.sign(TAGS, KEY, MESSAGE);
    byte[] field = "X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".getBytes(UTF_8);
    InputStream endless =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            return field[at++ % field.length];
          }
        };
    SignedMessage m =
        SignedMessage.read(
            () -> new SequenceInputStream(new ByteArrayInputStream(signed, 0, 300), endless));
    assertThat(m.complete()).isFalse();
    String one = new String(signed, 0, 250, ISO_8859_1).split("\r\n", 2)[0] + "\r\n";
    byte[] many = (one + "a:\r\n".repeat(3_000) + TEXT).getBytes(ISO_8859_1);
    assertThat(check(many).code()).isEqualTo(PERMERROR);
    assertThat(check(many).reason()).contains("header is too long");
  }

  @Test
  void headersWithoutABody() {
    for (String end : List.of("", "\r", "\r\n", "\r\n\r\n", "\n")) {
      byte[] message = ("From: a@example.org" + end).getBytes(UTF_8);
      SignedMessage m = SignedMessage.read(message);
      assertThat(m.fields("from")).as(end).hasSize(1);
      assertThat(m.fields()).hasSize(1);
    }
    assertThat(SignedMessage.read("\r\nFrom: x".getBytes(UTF_8)).fields()).isEmpty();
    assertThat(SignedMessage.read("a: b\r\nFrom: x".getBytes(UTF_8)).fields()).hasSize(2);
    assertThat(SignedMessage.read(new byte[0]).fields()).isEmpty();
  }
}
