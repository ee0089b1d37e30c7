package org.posthorn.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
      allowed(() -> parameters(line.argument()));
    } catch (Refused e) {
      assertPlain(e);
    }
    String text = new String(input, StandardCharsets.ISO_8859_1);
    allowed(() -> PathParser.parseReverse(text));
    allowed(() -> PathParser.parseForward(text));
    allowed(() -> parameters(text));
    allowed(() -> values(new String(input, StandardCharsets.UTF_8)));
  }

  private static void parameters(String text) {
    for (String value : Parameters.parse(text).values().values()) {
      assertThat(value.codePoints()).allMatch(c -> c > ' ' && Utf8Text.isText(c));
      values(value);
    }
  }

  /// What each parser of a value makes of it.
  private static void values(String value) {
    Instant now = Instant.parse("2026-11-30T12:00:00Z");
    Instant latest = FutureRelease.latest(now);
    allowed(() -> assertThat(DsnParameters.returned(value)).isNotNull());
    allowed(() -> carried(DsnParameters.envelopeId(value)));
    allowed(() -> assertThat(DsnParameters.notify(value)).isNotEmpty());
    allowed(() -> carried(DsnParameters.original(value, false)));
    allowed(() -> original(value));
    allowed(
        () -> assertThat(DeliverBy.parse(value).seconds()).isBetween(-999_999_999L, 999_999_999L));
    allowed(() -> assertThat(FutureRelease.holdFor(value, now)).isBetween(now, latest));
    allowed(() -> assertThat(FutureRelease.holdUntil(value, now, latest)).isBetween(now, latest));
    assertThat(Xtext.decode(Xtext.encode(value)))
        .satisfiesAnyOf(s -> assertThat(s).isNull(), s -> assertThat(s).isEqualTo(value));
  }

  /// What was read is written so that every server reads the same, unless it is too long then.
  private static void original(String value) {
    String original = DsnParameters.original(value, true);
    carried(original);
    String again = DsnParameters.encodeOriginal(original);
    assertThat(Utf8Text.isAscii(again)).isTrue();
    if (again.length() <= DsnParameters.ORIGINAL_MAX) {
      assertThat(DsnParameters.original(again, false)).isEqualTo(original);
    }
  }

  /// What is kept may become a line of a header.
  private static void carried(String text) {
    assertThat(text).isNotEmpty();
    assertThat(text.codePoints()).allMatch(c -> c == '\t' || Utf8Text.isText(c));
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
    for (boolean chunks : new boolean[] {false, true}) {
      assertThat(decoded(mode, chunks, octets, step))
          .isEqualTo(decoded(mode, chunks, octets, octets.length));
    }
  }

  private static String decoded(BareNewline mode, boolean chunks, byte[] octets, int step)
      throws IOException {
    var out = new ByteArrayOutputStream();
    var decoder =
        chunks ? BodyDecoder.ofChunks(mode, out::write) : new BodyDecoder(mode, out::write);
    int at = 0;
    while (at < octets.length && !decoder.ended()) {
      int end = Math.min(octets.length, at + step);
      at = decoder.feed(octets, at, end);
      assertThat(decoder.ended() || at == end).isTrue();
    }
    if (chunks) {
      assertThat(at).isEqualTo(octets.length);
      decoder.end();
    }
    if (!decoder.unacceptable() && decoder.ended()) {
      assertThat(out.size()).isLessThanOrEqualTo(2 * octets.length);
    }
    String text = decoder.unacceptable() ? "" : out.toString(StandardCharsets.ISO_8859_1);
    return at + " " + decoder.ended() + " " + decoder.unacceptable() + " " + text;
  }
}
