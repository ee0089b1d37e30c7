package org.posthorn.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathParserTest {
  @Test
  void theRouteIsDroppedAndTheRestIsTheAddress() {
    var reverse = PathParser.parseReverse("FROM:<@a.example,@b.example:\"x:y\"@c.example> SIZE=1");
    assertThat(reverse.path()).hasToString("<\"x:y\"@c.example>");
    assertThat(reverse.parameters().get("SIZE")).isEqualTo("1");
    assertThat(PathParser.parseReverse("FROM:<>").path()).isEqualTo(ReversePath.NULL);
    assertThat(PathParser.parseForward("TO:<Postmaster>").path()).isEqualTo(ForwardPath.POSTMASTER);
  }

  @Test
  void aQuotedStringMayHoldWhatWouldEndThePath() {
    assertThat(PathParser.parseForward("TO:<\"a\\\">b c\"@d.example>").path().address().localPart())
        .isEqualTo("a\">b c");
  }

  @Test
  void mailboxesOfVrfy() {
    assertThat(PathParser.parseMailbox("<a@b.example>")).hasToString("a@b.example");
    assertThat(PathParser.parseMailbox("a@b.example")).hasToString("a@b.example");
    assertThat(PathParser.parseMailbox("Crispin")).isNull();
    assertThat(PathParser.parseMailbox("a".repeat(300) + "@b.example")).isNull();
  }

  @Test
  void parametersAreBounded() {
    assertThatThrownBy(() ->
            Parameters.parse("A1 A2 A3 A4 A5 A6 A7 A8 A9 B1 B2 B3 B4 B5 B6 B7 B8 B9 C1 C2 C3"))
        .isInstanceOf(Refused.class)
        .hasMessage("501 5.5.4 Too many parameters");
  }

  /// Whatever comes is read or refused; nothing else is thrown.
  @Test
  void noiseIsReadOrRefused() {
    var random = new Random(5321);
    String pieces = "<>@:,\"\\ =.[]%!+-aZ09\u00e4~";
    List<String> begins = List.of("MAIL FROM:", "RCPT TO:<", "MAIL FROM:<@", "EHLO ", "");
    for (int round = 0; round < 50_000; round++) {
      var line = new StringBuilder(begins.get(random.nextInt(begins.size())));
      for (int n = random.nextInt(40); n > 0; n--) {
        line.append(pieces.charAt(random.nextInt(pieces.length())));
      }
      try {
        CommandLine command =
            CommandLine.parse(line.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (command.verb().equals("MAIL")) {
          PathParser.parseReverse(command.argument());
        } else {
          PathParser.parseForward(command.argument());
        }
      } catch (Refused r) {
        assertThat(r.reply().permanent()).isTrue();
      }
    }
  }
}
