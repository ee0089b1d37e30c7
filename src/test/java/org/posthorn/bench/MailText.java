package org.posthorn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Messages that look like mail: words in sentences, no two alike, the same in every run. They
/// compress about as real text does.
final class MailText {
  private static final int BODIES = 256;
  private static final int BODIES_OCTETS = 16 << 20;
  private static final int LINE = 72;
  private static final int VOCABULARY = 4000;
  private static final String SYLLABLES =
      "ka to mi re su la ne vo di pa ru che bel for ten ing er an";

  private static final Pattern MESSAGE_ID =
      Pattern.compile("Message-ID: <([^.]+)\\.\\d+\\.(\\d+)\\.(\\d+)@");

  /// Somebody elsewhere.
  static final String FROM = "bench@elsewhere.test";

  private final String run;
  private final int octets;
  private final AtomicInteger rounds = new AtomicInteger();
  private byte[][] bodies; // made when they are wanted first

  /// @param octets of a whole message
  /// @param run unlike any other, for the message ids
  MailText(int octets, String run) {
    this.octets = octets;
    this.run = run;
  }

  int octets() {
    return octets;
  }

  /// A number that was not given before, so that no two rounds send the same.
  int nextRound() {
    return rounds.incrementAndGet();
  }

  private synchronized byte[][] bodies() {
    if (bodies == null) {
      Random random = new Random(octets);
      String[] words = words(random);
      int headerOctets = header(0, 0, 0, FROM, "0").length();
      bodies = new byte[Math.clamp(BODIES_OCTETS / octets, 1, BODIES)][];
      for (int i = 0; i < bodies.length; i++) {
        bodies[i] = body(random, words, Math.max(2, octets - headerOctets));
      }
    }
    return bodies;
  }

  private byte[] body(int session, int number) {
    byte[][] all = bodies();
    return all[(session * 31 + number) % all.length];
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

  private String header(int round, int session, int number, String from, String to) {
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
        + round
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
    for (byte[] body : bodies()) {
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
    return wire(0, session, number, FROM, to);
  }

  /// @param round from [#nextRound]
  byte[] wire(int round, int session, int number, String from, String to) {
    byte[] header = header(round, session, number, from, to).getBytes(StandardCharsets.US_ASCII);
    byte[] body = body(session, number);
    byte[] all = new byte[header.length + body.length + 3];
    System.arraycopy(header, 0, all, 0, header.length);
    System.arraycopy(body, 0, all, header.length, body.length);
    all[all.length - 3] = '.';
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    return all;
  }

  /// Fails unless this is a message of ours, its body octet by octet.
  void verify(byte[] message) throws IOException {
    String text = new String(message, StandardCharsets.ISO_8859_1);
    Matcher id = MESSAGE_ID.matcher(text);
    if (!id.find() || !id.group(1).equals(run)) {
      throw new IOException("not a message of this run");
    }
    byte[] body = body(Integer.parseInt(id.group(2)), Integer.parseInt(id.group(3)));
    int from = text.indexOf("\r\n\r\n") + 4;
    if (!Arrays.equals(message, from, message.length, body, 0, body.length)) {
      throw new IOException("the body of a message is not what was sent");
    }
  }
}
