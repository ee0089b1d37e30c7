package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmissionRewriteTest {
  private static String rewrite(String text) {
    byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
    String whole = null;
    for (int chunk = Math.max(1, b.length); chunk >= 1; chunk--) {
      var out = new ByteArrayOutputStream();
      var rewrite = new SubmissionRewrite(out::write, "me", () -> "now", () -> "<id>");
      try {
        for (int at = 0; at < b.length; at += chunk) {
          rewrite.write(b, at, Math.min(chunk, b.length - at));
        }
        rewrite.end();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      String result = out.toString(StandardCharsets.ISO_8859_1);
      whole = whole == null ? result : whole;
      assertThat(result).as("in chunks of " + chunk).isEqualTo(whole);
    }
    return whole;
  }

  /// `|` for CRLF; D, M and F for what is added.
  @ParameterizedTest
  @CsvSource({
    "Subject: x||body|, Subject: x|DM|body|",
    "Date: d|Message-ID: <m>||body|, Date: d|Message-ID: <m>|F||body|",
    "Date: d|From: a|Message-ID: <m>||body|, Date: d|From: a|Message-ID: <m>||body|",
    "message-id: <m>|DATE: d||, message-id: <m>|DATE: d|F||",
    "FROM: a|message-id: <m>|DATE: d||, FROM: a|message-id: <m>|DATE: d||",
    "Date : d||b|, Date : d|M||b|",
    "Bcc: secret||b|, DM|b|",
    "To: a|Bcc: secret| more| still|Cc: c||Bcc: body|, To: a|Cc: c|DM|Bcc: body|",
    "BCC:|To: a||, To: a|DM|",
    "Bccx: a|Resent-Bcc: b||, Bccx: a|Resent-Bcc: b|DM|",
    "Subject: Bcc: x||, Subject: Bcc: x|DM|",
    "To: a| Date: d||, To: a| Date: d|DM|",
    "A-Very-Long-Field-Name-Indeed-It-Is: x||, A-Very-Long-Field-Name-Indeed-It-Is: x|DM|",
    "Subject: x|, Subject: x|DM",
    "Bcc: x|, DM",
    "'', DM",
    "|body|, DM|body|",
    "no header|at all|, DM|no header|at all|",
    "Hi|, DM|Hi|",
    "Subject: x|no field|Bcc: y|, Subject: x|DMno field|Bcc: y|",
    "' folded: first|To: a||', ' folded: first|To: a|DM|'",
  })
  void mends(String input, String output) {
    String expected =
        output
            .replace("DM", "From: me|Date: now|Message-ID: <id>|")
            .replaceFirst("\\bM\\|", "From: me|Message-ID: <id>|")
            .replaceFirst("\\bF\\|", "From: me|")
            .replace("|", "\r\n");
    assertThat(rewrite(input.replace("|", "\r\n"))).isEqualTo(expected);
  }

  @Test
  void aLongLineOfTheHeaderGoesThrough() {
    String line = "X-Long: " + "x".repeat(5000) + "\r\n";
    String rest = "From: a\r\nDate: d\r\nMessage-ID: <m>\r\n\r\n";
    assertThat(rewrite(line + rest)).isEqualTo(line + rest);
  }
}
