package org.posthorn.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Messages that look like mail: words in sentences, no two alike, the same in every run. They
/// compress about as real text does.
final class MailText {
  private static final int BODIES = 256;
  private static final int LINE = 72;
  private static final int VOCABULARY = 4000;
  private static final String SYLLABLES =
      "ka to mi re su la ne vo di pa ru che bel for ten ing er an";

  private final byte[][] bodies = new byte[BODIES][];
  private final String run;
  private final int octets;
  private final String from;

  /// From somebody elsewhere.
  ///
  /// @param octets of a whole message
  /// @param run unlike any other, for the message ids
  MailText(int octets, String run) {
    this(octets, run, "bench@elsewhere.test");
  }

  /// @param octets of a whole message
  /// @param run unlike any other, for the message ids
  MailText(int octets, String run, String from) {
    this.from = from;
    this.octets = octets;
    this.run = run;
    Random random = new Random(octets);
    String[] words = words(random);
    int headerOctets = header(0, 0, "0").length();
    for (int i = 0; i < BODIES; i++) {
      bodies[i] = body(random, words, Math.max(2, octets - headerOctets));
    }
  }

  int octets() {
    return octets;
  }

  private static String[] words(Random random) {
    String[] syllables = SYLLABLES.split(" ");
    String[] words = new String[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      StringBuilder word = new StringBuilder();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        word.append(syllables[random.nextInt(syllables.length)]);
      }
      words[i] = word.toString();
    }
    return words;
  }

  private static byte[] body(Random random, String[] words, int octets) {
    StringBuilder text = new StringBuilder(octets + LINE);
    int column = 0;
    while (text.length() < octets - 2) {
      // Some words are much more frequent than others.
      String word = words[(int) (VOCABULARY * Math.pow(random.nextDouble(), 3))];
      if (column + word.length() > LINE) {
        text.append("\r\n");
        column = 0;
      }
      text.append(word).append(' ');
      column += word.length() + 1;
    }
    text.setLength(octets - 2);
    if (text.charAt(text.length() - 1) == '\r') {
      text.setCharAt(text.length() - 1, '.');
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private String header(int session, int number, String to) {
    return "From: Bench <"
        + from
        + ">\r\nTo: "
        + to
        + "\r\nSubject: Message "
        + number
        + " of session "
        + session
        + "\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <"
        + run
        + "."
        + session
        + "."
        + number
        + "@elsewhere.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii"
        + "\r\n\r\n";
  }

  /// The whole message.
  byte[] message(int session, int number, String to) {
    byte[] wire = wire(session, number, to);
    return Arrays.copyOf(wire, wire.length - 3);
  }

  /// Two words that stand beside each other in one of the bodies, or in two: in less than a
  /// hundredth of the messages.
  String rareWords() {
    List<String> texts = new ArrayList<>();
    for (byte[] body : bodies) {
      texts.add(new String(body, StandardCharsets.US_ASCII));
    }
    String[] line = texts.getFirst().split("\r\n")[0].split(" ");
    for (int i = 0; i + 1 < line.length; i++) {
      String words = line[i] + " " + line[i + 1];
      if (words.length() > 8 && texts.stream().filter(t -> t.contains(words)).count() <= 2) {
        return words;
      }
    }
    throw new IllegalStateException("no words are rare");
  }

  /// What goes over the wire behind DATA, with the final dot.
  byte[] wire(int session, int number, String to) {
    byte[] header = header(session, number, to).getBytes(StandardCharsets.US_ASCII);
    byte[] body = bodies[(session * 31 + number) % BODIES];
    byte[] all = new byte[header.length + body.length + 3];
    System.arraycopy(header, 0, all, 0, header.length);
    System.arraycopy(body, 0, all, header.length, body.length);
    all[all.length - 3] = '.';
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    return all;
  }
}
