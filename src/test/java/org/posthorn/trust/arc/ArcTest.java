package org.posthorn.trust.arc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.trust.arc.ArcResult.Code.FAIL;
import static org.posthorn.trust.arc.ArcResult.Code.NONE;
import static org.posthorn.trust.arc.ArcResult.Code.PASS;

import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.trust.dkim.DkimKey;
import org.posthorn.trust.dkim.DkimSigner.SigningKey;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.SigningAlgorithm;

/// Chains that hosts of ours make, and what others may make of them.
class ArcTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final DkimKey RSA = DkimKey.generate(SigningAlgorithm.RSA_SHA256);
  private static final DkimKey ED25519 = DkimKey.generate(SigningAlgorithm.ED25519_SHA256);

  /// RFC 8617 Appendix B. Its signatures are made up.
  private static final String EXAMPLE =
      """
      Return-Path: <jqd@d1.example>
      Received: from example.org (example.org [208.69.40.157])
          by gmail.example with ESMTP id d200mr22663000ykb.93.1421363207
          for <fmartin@example.com>; Thu, 14 Jan 2015 15:02:40 -0800 (PST)
      Received: from segv.d1.example (segv.d1.example [72.52.75.15])
          by lists.example.org (8.14.5/8.14.5) with ESMTP id t0EKaNU9010123
          for <arc@example.org>; Thu, 14 Jan 2015 15:01:30 -0800 (PST)
          (envelope-from jqd@d1.example)
      Received: from [2001:DB8::1A] (w-x-y-z.dsl.static.isp.example [w.x.y.z])
          (authenticated bits=0)
          by segv.d1.example with ESMTP id t0FN4a8O084569;
          Thu, 14 Jan 2015 15:00:01 -0800 (PST)
          (envelope-from jqd@d1.example)
      Received: from mail-ob0-f188.google.example
          (mail-ob0-f188.google.example [208.69.40.157]) by
          clochette.example.org with ESMTP id d200mr22663000ykb.93.1421363268
          for <fmartin@example.org>; Thu, 14 Jan 2015 15:03:15 -0800 (PST)
      ARC-Seal: i=3; a=rsa-sha256; cv=pass; d=clochette.example.org; s=
              clochette; t=12345; b=CU87XzXlNlk5X/yW4l73UvPUcP9ivwYWxyBWcVrRs7
              +HPx3K05nJhny2fvymbReAmOA9GTH/y+k9kEc59hAKVg==
      ARC-Message-Signature: i=3; a=rsa-sha256; c=relaxed/relaxed; d=
              clochette.example.org; h=message-id:date:from:to:subject; s=
              clochette; t=12345; bh=KWSe46TZKCcDbH4klJPo+tjk5LWJnVRlP5pvjXFZY
              LQ=; b=o71vwyLsK+Wm4cOSlirXoRwzEvi0vqIjd/2/GkYFYlSd/GGfKzkAgPqxf
              K7ccBMP7Zjb/mpeggswHjEMS8x5NQ==
      ARC-Authentication-Results: i=3; clochette.example.org; spf=fail
          smtp.from=jqd@d1.example; dkim=fail (512-bit key)
          header.i=@d1.example; dmarc=fail; arc=pass (as.2.gmail.example=pass,
          ams.2.gmail.example=pass, as.1.lists.example.org=pass,
          ams.1.lists.example.org=fail (message has been altered))
      Authentication-Results: clochette.example.org; spf=fail
          smtp.from=jqd@d1.example; dkim=fail (512-bit key)
          header.i=@d1.example; dmarc=fail; arc=pass (as.2.gmail.example=pass,
          ams.2.gmail.example=pass, as.1.lists.example.org=pass,
          ams.1.lists.example.org=fail (message has been altered))
      ARC-Seal: i=2; a=rsa-sha256; cv=pass; d=gmail.example; s=20120806; t=
              12345; b=Zpukh/kJL4Q7Kv391FKwTepgS56dgHIcdhhJZjsalhqkFIQQAJ4T9BE
              8jjLXWpRNuh81yqnT1/jHn086RwezGw==
      ARC-Message-Signature: i=2; a=rsa-sha256; c=relaxed/relaxed; d=
              gmail.example; h=message-id:date:from:to:subject; s=20120806; t=
              12345; bh=KWSe46TZKCcDbH4klJPo+tjk5LWJnVRlP5pvjXFZYLQ=; b=CVoG44
              cVZvoSs2mMig2wwqPaJ4OZS5XGMCegWqQs1wvRZJS894tJM0xO1RJLgCPsBOxdA5
              9WSqI9s9DfyKDfWg==
      ARC-Authentication-Results: i=2; gmail.example; spf=fail
          smtp.from=jqd@d1.example; dkim=fail (512-bit key)
          header.i=@example.org; dmarc=fail; arc=pass
          (as.1.lists.example.org=pass, ams.1.lists.example.org=pass)
      ARC-Seal: i=1; a=rsa-sha256; cv=none; d=lists.example.org; s=dk-lists;
               t=12345; b=TlCCKzgk3TrAa+G77gYYO8Fxk4q/Ml0biqduZJeOYh6+0zhwQ8u/
              lHxLi21pxu347isLSuNtvIagIvAQna9a5A==
      ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=
              lists.example.org; h=message-id:date:from:to:subject; s=
              dk-lists; t=12345; bh=KWSe46TZKCcDbH4klJPo+tjk5LWJnVRlP5pvjXFZYL
              Q=; b=DsoD3n3hiwlrN1ma8IZQFgZx8EDO7Wah3hUjIEsYKuShRKYB4LwGUiKD5Y
              yHgcIwGHhSc/4+ewYqHMWDnuFxiQ==
      ARC-Authentication-Results: i=1; lists.example.org; spf=pass
          smtp.mfrom=jqd@d1.example; dkim=pass (512-bit key)
          header.i=@d1.example; dmarc=pass
      DKIM-Signature: v=1; a=rsa-sha1; c=relaxed/relaxed; d=d1.example; h=
              message-id:date:from:to:subject; s=origin2015; bh=bIxxaeIQvmOBdT
              AitYfSNFgzPP4=; b=qKjd5fYibKXWWIcMKCgRYuo1vJ2fD+IAQPjX+uamXIGY2Q
              0HjQ+Lq3/yHzG3JHJp6780/nKQPOWt2UDJQrJkEA==
      Message-ID: <54B84785.1060301@d1.example>
      Date: Thu, 14 Jan 2015 15:00:01 -0800
      From: John Q Doe <jqd@d1.example>
      To: arc@dmarc.example
      Subject: [List 2] Example 1

      Hey gang,
      This is a test message.
      --J.
      """;

  private static final String MESSAGE =
      """
      DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=x; h=from; bh=AAAA; b=AAAA
      Authentication-Results: other.example; spf=none
      From: Ana <ana@example.org>
      To: list@lists.example
      Subject: Hi

      Text
      """;

  private static String crlf(String text) {
    return text.replace("\n", "\r\n");
  }

  private static Zones zones() {
    Zones zones = new Zones();
    for (int i = 1; i <= 60; i++) {
      zones.txt("a._domainkey.hop" + i + ".example", RSA.record());
    }
    return zones;
  }

  private static SignedMessage read(String message) {
    return SignedMessage.readToSign(message.getBytes(ISO_8859_1));
  }

  private static ArcResult verify(String message, Zones zones) {
    return ArcVerifier.verify(SignedMessage.read(message.getBytes(ISO_8859_1)), zones, NOW);
  }

  private static ArcResult verify(String message) {
    return verify(message, zones());
  }

  /// Passes a host that says what it found.
  private static String hop(int i, String message, ArcResult.Code found) {
    return hop(i, message, found, RSA);
  }

  private static String hop(int i, String message, ArcResult.Code found, DkimKey key) {
    var sealer = new ArcSealer(new SigningKey("hop" + i + ".example", "a", key));
    String results =
        "hop" + i + ".example;\r\n spf=pass smtp.mailfrom=ana@example.org;\r\n arc=none";
    return new String(sealer.seal(read(message), results, found, NOW), ISO_8859_1) + message;
  }

  private static String hops(int n) {
    String message = crlf(MESSAGE);
    for (int i = 1; i <= n; i++) {
      message = hop(i, message, verify(message).code());
    }
    return message;
  }

  @Test
  void noChain() {
    assertThat(verify(crlf(MESSAGE)))
        .isEqualTo(new ArcResult(NONE, List.of(), List.of(), "no chain"));
  }

  @Test
  void theExampleOfTheRfc() {
    ArcResult result = verify(crlf(EXAMPLE));
    assertThat(result.code()).isEqualTo(FAIL);
    assertThat(result.sealers())
        .containsExactly("lists.example.org", "gmail.example", "clochette.example.org");
    assertThat(result.results().getFirst())
        .isEqualTo(
            crlf(
                "lists.example.org; spf=pass\n    smtp.mfrom=jqd@d1.example; dkim=pass (512-bit"
                    + " key)\n    header.i=@d1.example; dmarc=pass"));
    assertThat(result.reason()).startsWith("signature 3 of the message: ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void chains(int hops) {
    ArcResult result = verify(hops(hops));
    assertThat(result.reason()).contains("the last of hop" + hops + ".example");
    assertThat(result.code()).isEqualTo(PASS);
    assertThat(result.sealers()).hasSize(hops).startsWith("hop1.example");
    assertThat(result.results().getLast())
        .isEqualTo(
            "hop" + hops + ".example;\r\n spf=pass smtp.mailfrom=ana@example.org;\r\n arc=none");
    assertThat(result.oldestPass()).isZero();
  }

  @Test
  void aSetIsThreeFields() {
    String set = hops(1).substring(0, hops(1).indexOf("DKIM-Signature: v=1;"));
    assertThat(set)
        .matches(
            "(?s)ARC-Seal: i=1; a=rsa-sha256; t=1800000000; cv=none;.*?\r\n"
                + "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed;.*?\r\n"
                + "ARC-Authentication-Results: i=1; hop1.example;\r\n.*?\r\n");
    assertThat(set.replaceAll("\r\n ", " ").split("\r\n")).hasSize(3);
    // RFC 8617 §4.1.2
    String h = set.replaceAll("\r\n ", "").replaceAll("(?s).*; ?h=([^;]*);.*", "$1");
    assertThat(h)
        .contains("From:From", "DKIM-Signature")
        .doesNotContainIgnoringCase("arc-", "auth");
  }

  @Test
  void whatWasFoundIsOneField() {
    var sealer = new ArcSealer(new SigningKey("hop1.example", "a", RSA));
    String found = " hop1.example; x=y\r\nBcc: eva\n\n\rFrom: eva \r\n";
    String lines = new String(sealer.seal(read(crlf(MESSAGE)), found, NONE, NOW), ISO_8859_1);
    assertThat(lines.split("\r\n(?! )")).hasSize(3);
    assertThat(verify(lines + crlf(MESSAGE)).code()).isEqualTo(PASS);
  }

  @Test
  void byEd25519() {
    Zones zones = new Zones().txt("a._domainkey.hop1.example", ED25519.record());
    assertThat(verify(hop(1, crlf(MESSAGE), NONE, ED25519), zones).code()).isEqualTo(PASS);
  }

  @Test
  void fiftyAtMost() {
    String fifty = hops(50);
    assertThat(verify(fifty).code()).isEqualTo(PASS);
    assertThat(hop(51, fifty, PASS)).isEqualTo(fifty);
    String first = field(fifty, "ARC-Seal", 1);
    assertThat(verify(first + fifty).reason()).contains("more than 50");
    assertThat(verify(first.replace("i=1;", "i=51;").repeat(1_000) + fifty).code()).isEqualTo(FAIL);
    assertThat(verify(first.replace("i=1;", "i=51;") + hops(1)).reason()).contains("no number");
  }

  /// The whole field of a set, with its line end.
  private static String field(String message, String name, int i) {
    Matcher m = Pattern.compile("(?m)^" + name + ": i=" + i + ";.*\r\n( .*\r\n)*").matcher(message);
    assertThat(m.find()).isTrue();
    return m.group();
  }

  /// RFC 8617 §5.2. Which field of a chain of three, what of it, what it becomes, and why that
  /// fails.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ARC-Seal                   | 3 | cv=pass   | cv=fail    | cv=fail",
        "ARC-Seal                   | 3 | cv=pass   | cv=none    | cv=",
        "ARC-Seal                   | 3 | cv=pass;  | ''         | cv=",
        "ARC-Seal                   | 2 | cv=pass   | cv=fail    | cv=fail",
        "ARC-Seal                   | 1 | cv=none   | cv=pass    | cv=",
        "ARC-Seal                   | 1 | cv=none   | cv=fail    | cv=fail",
        "ARC-Seal                   | 2 | cv=pass;  | cv=pass; h=from; | h=",
        "ARC-Seal                   | 2 | i=2       | i=0        | no number",
        "ARC-Seal                   | 2 | i=2       | i=51       | no number",
        "ARC-Seal                   | 2 | i=2       | i=-2       | no number",
        "ARC-Seal                   | 2 | i=2       | i=two      | no number",
        "ARC-Seal                   | 2 | i=2       | i=         | no number",
        "ARC-Seal                   | 2 | i=2;      | ''         | no number",
        "ARC-Seal                   | 2 | i=2       | i=1        | two fields",
        "ARC-Seal                   | 2 | i=2       | i=4        | not whole",
        "ARC-Seal                   | 2 | a=rsa     | a=rsa; a=rsa | no number",
        "ARC-Seal                   | 3 | a=rsa-sha256 | a=rsa-sha1 | seal 3: SHA-1",
        "ARC-Seal                   | 2 | t=1800000000; | ''     | seal 3: the signature",
        "ARC-Seal                   | 3 | t=1800000000; | ''     | seal 3: the signature",
        "ARC-Seal                   | 3 | d=hop3.example | d=hop9.example | seal 3: the signature",
        "ARC-Seal                   | 3 | s=a;      | s=b;       | no such key",
        "ARC-Seal                   | 3 | s=a;      | ''         | s= is missing",
        "ARC-Message-Signature      | 3 | i=3       | i=2        | two fields",
        "ARC-Message-Signature      | 3 | c=relaxed/relaxed | c=relaxed/loose | c=",
        "ARC-Message-Signature      | 3 | h=From    | h=Arc-Seal:From | fields of ARC",
        "ARC-Message-Signature      | 3 | bh=       | bh=AAAA    | body",
        "ARC-Message-Signature      | 3 | t=1800000000 | t=1800000001 | signature 3",
        "ARC-Message-Signature      | 2 | t=1800000000 | t=1800000001 | seal 3",
        "ARC-Message-Signature      | 1 | t=1800000000 | t=1800000001 | seal 3",
        "ARC-Authentication-Results | 3 | spf=pass  | spf=fail   | seal 3",
        "ARC-Authentication-Results | 1 | spf=pass  | spf=fail   | seal 3",
        "ARC-Authentication-Results | 2 | i=2;      | i=2        | no number",
        "ARC-Authentication-Results | 2 | i=2;      | ''         | no number",
        "ARC-Authentication-Results | 2 | i=2       | i=3        | two fields",
        "ARC-Authentication-Results | 2 | i=2       | i=(x;)2    | seal 3",
      })
  void brokenChains(String name, int set, String old, String by, String reason) {
    String message = hops(3);
    String field = field(message, name, set);
    assertThat(field).contains(old);
    String changed = field.replace(old, by);
    if (old.startsWith("i=")) {
      changed = field.replaceFirst(Pattern.quote(old), Matcher.quoteReplacement(by));
    }
    ArcResult result = verify(message.replace(field, changed));
    assertThat(result.reason()).contains(reason);
    assertThat(result.code()).isEqualTo(FAIL);
  }

  @ParameterizedTest
  @CsvSource({
    "ARC-Seal,1", "ARC-Seal,2", "ARC-Seal,3",
    "ARC-Message-Signature,1", "ARC-Message-Signature,2", "ARC-Message-Signature,3",
    "ARC-Authentication-Results,1", "ARC-Authentication-Results,2", "ARC-Authentication-Results,3"
  })
  void fieldsThatAreMissingOrThereTwice(String name, int set) {
    String message = hops(3);
    String field = field(message, name, set);
    assertThat(verify(message.replace(field, "")).code()).isEqualTo(FAIL);
    assertThat(verify(message.replace(field, "")).reason())
        .contains("set " + set + " is not whole");
    assertThat(verify(field + message).reason()).contains("two fields");
  }

  @Test
  void theOrderOfTheFieldsSaysNothing() {
    String message = hops(3);
    StringBuilder other = new StringBuilder();
    for (String name : List.of("ARC-Message-Signature", "ARC-Authentication-Results", "ARC-Seal")) {
      for (int i = 1; i <= 3; i++) {
        String field = field(message, name, i);
        message = message.replace(field, "");
        other.append(field);
      }
    }
    assertThat(verify(other + message).code()).isEqualTo(PASS);
  }

  /// RFC 8617 §5.2, step 5.
  @Test
  void aListThatChangesTheMessage() {
    String two = hops(2);
    String changed = two.replace("Subject: Hi", "Subject: [list] Hi") + "-- \r\nThe list\r\n";
    assertThat(verify(changed).code()).isEqualTo(FAIL);
    // It was good when it came to the list, which has sealed what it made of it.
    ArcResult result = verify(hop(4, hop(3, changed, PASS), PASS));
    assertThat(result.code()).isEqualTo(PASS);
    assertThat(result.oldestPass()).isEqualTo(3);
  }

  /// RFC 8617 §5.1.2, §5.1.3.
  @Test
  void whatIsBrokenIsSealedAsBrokenOnce() {
    String broken = hops(2).replace("Text", "Test");
    String sealed = hop(3, broken, verify(broken).code());
    assertThat(field(sealed, "ARC-Seal", 3)).contains("cv=fail");
    assertThat(verify(sealed).code()).isEqualTo(FAIL);
    assertThat(verify(sealed).reason()).contains("sealer 3 found it broken");
    assertThat(hop(4, sealed, FAIL)).isEqualTo(sealed);
    // Without a chain there is nothing that could have been broken.
    String first = hop(1, crlf(MESSAGE), FAIL);
    assertThat(verify(first).code()).isEqualTo(PASS);
    // Two of one number are no chain, whatever we thought before.
    String twice = field(hops(1), "ARC-Seal", 1) + hops(1);
    assertThat(field(hop(2, twice, PASS), "ARC-Seal", 2)).contains("cv=fail");
  }

  /// RFC 8617 §5.2.1.
  @Test
  void nobodyKnowsTheKey() {
    Zones zones = zones().breaks("a._domainkey.hop1.example", Answer.Reason.TIMEOUT);
    assertThat(verify(hops(2), zones).code()).isEqualTo(FAIL);
    assertThat(verify(hops(2), zones).unsure()).as("another time it may pass").isTrue();
    assertThat(verify(hops(2), zones).reason()).startsWith("seal 1: nobody could tell the key");
  }

  @Test
  void whatCannotBeSealedIsNot() {
    for (String message :
        List.of("To: x\r\n\r\n", "\r\n", "From: x\r\n" + "a:\r\n".repeat(3_000) + "\r\n")) {
      assertThat(hop(1, message, NONE)).isEqualTo(message);
    }
  }
}
