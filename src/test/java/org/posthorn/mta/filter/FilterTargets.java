package org.posthorn.mta.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.List;
import org.posthorn.smtp.Reply;

/// Targets for fuzzing, and what holds for every input.
public final class FilterTargets {
  private FilterTargets() {}

  /// What a milter answers: the first octet is its command.
  public static void milterReply(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] data = Arrays.copyOfRange(input, 1, input.length);
    Finding finding = new Finding();
    try {
      switch (MilterReply.parse(input[0] & 0xff, data)) {
        case MilterReply.AddHeader h -> finding.add(h.name(), h.value());
        case MilterReply.ChangeHeader h -> finding.change(h.name(), h.index(), h.value());
        case MilterReply.Quarantine q -> finding.junk(q.reason());
        case MilterReply.Words w -> {
          assertThat(w.reply().code()).isBetween(400, 599);
          finding.reject(w.reply(), String.join(" ", w.reply().lines()));
        }
        case MilterReply.Options o -> Negotiation.of(o);
        default -> assertThat(data).isEmpty();
      }
    } catch (ProtocolException e) {
      assertThat(e.getMessage().length()).isLessThan(200);
      return;
    }
    holds(finding.verdict("milter"));
  }

  /// What clamd answers.
  public static void clamdAnswer(byte[] input) {
    try {
      if (Clamd.parse(new String(input, ISO_8859_1)) instanceof Clamd.Answer.Found f) {
        assertThat(f.name()).hasSizeLessThanOrEqualTo(100).matches("[ -~]*");
      }
    } catch (ProtocolException e) {
      assertThat(e.getMessage().length()).isLessThan(200);
    }
  }

  /// What rspamd answers.
  public static void rspamdAnswer(byte[] input) {
    Finding finding = new Finding();
    try {
      RspamdAnswer.read(input, finding);
      holds(finding.verdict("rspamd"));
    } catch (ProtocolException e) {
      assertThat(e.getMessage().length()).isLessThan(200);
    }
  }

  /// A message's header, told to a milter and changed.
  public static void header(byte[] input) throws IOException {
    HeaderLines lines = new HeaderLines(new ByteArrayInputStream(input));
    int octets = 0;
    for (HeaderLines.Field f = lines.next(); f != null; f = lines.next()) {
      assertThat(f.name()).matches("[^\\x00-\\x20:\\x7f]+");
      octets += f.value().length;
    }
    assertThat(octets).isLessThanOrEqualTo(input.length);
    ByteArrayOutputStream same = new ByteArrayOutputStream();
    List<HeaderChange> none = List.of(new HeaderChange("X-Never-There-Be", 1, null));
    HeaderChanges.write(none, new ByteArrayInputStream(input), same);
    assertThat(same.toByteArray()).isEqualTo(input);
    ByteArrayOutputStream less = new ByteArrayOutputStream();
    List<HeaderChange> some = List.of(new HeaderChange("subject", 0, null));
    HeaderChanges.write(some, new ByteArrayInputStream(input), less);
    assertThat(less.size()).isLessThanOrEqualTo(input.length);
  }

  private static void holds(OutsideVerdict verdict) {
    assertThat(verdict.reason()).matches("[ -~]*");
    Reply reply = verdict.reply();
    if (reply != null) {
      assertThat(String.join("", reply.lines())).matches("[ -~]*");
    }
    for (String field : verdict.added()) {
      assertThat(field).matches("[!-9;-~]{1,76}:( [ -~]*\\S)(\r\n [ -~]*[!-~][ -~]*)*");
      assertThat(Arrays.stream(field.split("\r\n")).mapToInt(String::length).max().getAsInt())
          .isLessThanOrEqualTo(998);
    }
  }
}
