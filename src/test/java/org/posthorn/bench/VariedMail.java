package org.posthorn.bench;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Messages whose text is as varied as that of real mail, for what looks into texts: no two have a
/// body in common, words are as frequent as in languages (a few in every message, most in hardly
/// any), and the header has the fields that servers add, with their random identifiers. The same in
/// every run.
final class VariedMail {
  private static final int LINE = 72;
  private static final int VOCABULARY = 40_000;
  private static final String LETTERS = "eeeeaaaaiiooutttnnnsssrrrhhlldddccmmffppggwwybbvkxjqz";
  private static final String VOWELS = "eeeaaaiioou";
  private static final String CONSONANTS = "tttnnnsssrrrhhlldddccmmffppggwwybbvkxjqz";
  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private final String[] words = new String[VOCABULARY];
  private final int octets;

  /// @param octets of a body
  VariedMail(int octets) {
    this.octets = octets;
    Random random = new Random(7);
    for (int i = 0; i < VOCABULARY; i++) {
      int length = Math.min(12, 2 + (int) (Math.log(i + 2) / 2) + random.nextInt(5));
      StringBuilder word = new StringBuilder();
      while (word.length() < length) {
        boolean vowel = word.isEmpty() || VOWELS.indexOf(word.charAt(word.length() - 1)) < 0;
        String from = vowel && random.nextInt(4) > 0 ? VOWELS : vowel ? LETTERS : CONSONANTS;
        word.append(from.charAt(random.nextInt(from.length())));
      }
      words[i] = word.toString();
    }
  }

  /// The word that is the n-th in frequency.
  String word(int n) {
    return words[n];
  }

  private String word(Random random) {
    // About as George Zipf found: the n-th word is 1/n as frequent as the first.
    return words[(int) Math.exp(random.nextDouble() * Math.log(VOCABULARY)) - 1];
  }

  private static String random(Random random, int length) {
    StringBuilder s = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      s.append(BASE64.charAt(random.nextInt(BASE64.length())));
      if (i % LINE == LINE - 1) {
        s.append("\r\n\t");
      }
    }
    return s.toString();
  }

  /// The n-th message.
  byte[] message(int n) {
    Random random = new Random(n);
    String from = words[500 + random.nextInt(300)];
    String host = words[900 + random.nextInt(50)] + ".example";
    StringBuilder s = new StringBuilder(octets + 1500);
    s.append("Received: from ").append(host).append(" (").append(host).append(" [192.0.2.");
    s.append(random.nextInt(256)).append("])\r\n\tby mx.example.test with ESMTPS id ");
    s.append(random(random, 12)).append("\r\n\tfor <ana@example.test>; ").append(date(random));
    s.append("\r\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=").append(host);
    s.append(";\r\n\ts=s1; h=from:to:subject:date;\r\n\tbh=").append(random(random, 43));
    s.append("=;\r\n\tb=").append(random(random, 342)).append("==\r\nMessage-ID: <");
    s.append(random(random, 24)).append('@').append(host).append(">\r\nDate: ");
    s.append(date(random)).append("\r\nFrom: ").append(from).append(" <").append(from);
    s.append('@').append(host).append(">\r\nTo: Ana <ana@example.test>\r\nSubject:");
    for (int i = 3 + random.nextInt(6); i > 0; i--) {
      s.append(' ').append(word(random));
    }
    s.append("\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    body(s, random);
    return s.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static String date(Random random) {
    return "Mon, 23 Nov 2026 1%d:%02d:%02d +0000"
        .formatted(random.nextInt(10), random.nextInt(60), random.nextInt(60));
  }

  private void body(StringBuilder s, Random random) {
    int end = s.length() + octets / 2 + random.nextInt(octets);
    int line = s.length();
    while (s.length() < end) {
      s.append(word(random)).append(random.nextInt(12) == 0 ? ". " : " ");
      if (s.length() - line > LINE) {
        s.append("\r\n");
        line = s.length();
      }
    }
    s.append("\r\n");
  }
}
