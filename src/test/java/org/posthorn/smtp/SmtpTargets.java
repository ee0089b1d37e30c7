package org.posthorn.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Targets for fuzzing, and what holds for every input.
public final class SmtpTargets {
  private SmtpTargets() {}

  public static void command(byte[] input) {
    try {
      CommandLine line = CommandLine.parse(input);
      assertThat(line.verb()).isNotNull();
      allowed(() -> PathParser.parseReverse(line.argument()));
      allowed(() -> PathParser.parseForward(line.argument()));
      allowed(() -> PathParser.parseMailbox(line.argument()));
      allowed(() -> Parameters.parse(line.argument()));
    } catch (Refused e) {
      assertPlain(e);
    }
    String text = new String(input, StandardCharsets.ISO_8859_1);
    allowed(() -> PathParser.parseReverse(text));
    allowed(() -> PathParser.parseForward(text));
    allowed(() -> Parameters.parse(text));
  }

  private static void allowed(Runnable parser) {
    try {
      parser.run();
    } catch (Refused e) {
      assertPlain(e);
    }
  }

  /// What a reply repeats of the input must not make another reply.
  private static void assertPlain(Refused e) {
    String reply = e.reply().toString();
    assertThat(reply.strip().chars().filter(c -> c < ' ' && c != '\r' && c != '\n')).isEmpty();
  }

  /// The first octet chooses the setting and where the stream is cut.
  public static void body(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    BareNewline[] all = BareNewline.values();
    BareNewline mode = all[(input[0] & 0xff) % all.length];
    int step = 1 + ((input[0] & 0xff) / all.length) % 17;
    byte[] octets = Arrays.copyOfRange(input, 1, input.length);
    assertThat(decoded(mode, octets, step)).isEqualTo(decoded(mode, octets, octets.length));
  }

  private static String decoded(BareNewline mode, byte[] octets, int step) throws IOException {
    var out = new ByteArrayOutputStream();
    var decoder = new BodyDecoder(mode, out::write);
    int at = 0;
    while (at < octets.length && !decoder.ended()) {
      int end = Math.min(octets.length, at + step);
      at = decoder.feed(octets, at, end);
      assertThat(decoder.ended() || at == end).isTrue();
    }
    if (!decoder.unacceptable() && decoder.ended()) {
      assertThat(out.size()).isLessThanOrEqualTo(2 * octets.length);
    }
    String text = decoder.unacceptable() ? "" : out.toString(StandardCharsets.ISO_8859_1);
    return at + " " + decoder.ended() + " " + decoder.unacceptable() + " " + text;
  }
}
