package org.posthorn.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 8601 §5.
class ForeignResultsTest {
  private static final String REST =
      "Subject: a\r\n\r\nAuthentication-Results: our.example; x=y\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authentication-Results: our.example; spf=pass",
        "AUTHENTICATION-results:our.example;spf=pass",
        "Authentication-Results \t : OUR.Example; spf=pass",
        "Authentication-Results:\r\n our.example;\r\n\tspf=pass",
        "Authentication-Results:\r\n\t\r\n our.example; none",
        "Authentication-Results: (a \\) (nested) comment) our.example (b) 1 (c); spf=pass",
        "Authentication-Results: \"our.example\"; spf=pass",
        "Authentication-Results: \"o\\ur\".example; spf=pass",
        "Authentication-Results: our.example.; spf=pass",
        "Authentication-Results: our.example",
        "Authentication-Results: our.example 1; spf=pass",
        "Authentication-Results: our.example/x; spf=pass",
        "Authentication-Results: bücher.example; spf=pass",
        // RFC 8601 §2.2 has nothing inside of an id, but who skips comments reads ours
        "Authentication-Results: our.(x)example; spf=pass",
        "Authentication-Results: our (x) .example 1; spf=pass",
        "Authentication-Results: our . example ; spf=pass",
        "Authentication-Results: our.\r\n\texample\r\n ; spf=pass",
        "Authentication-Results: \"our.\" example; spf=pass",
        "Authentication-Results: our.(x)example",
        "Authentication-Results: xn--bcher-kva.example; spf=pass",
        // nobody can tell whose these are
        "Authentication-Results: ; spf=pass",
        "Authentication-Results:",
        "Authentication-Results: (not closed our.example; spf=pass",
        "Authentication-Results: \"not closed our.example; spf=pass",
        // RFC 8601 §5: a version that we do not know
        "Authentication-Results: other.example 2; spf=pass",
        "Authentication-Results: other.example 01; spf=pass",
        "X-Posthorn-Verdict: accept",
        "x-posthorn-verdict : accept\r\n really",
      })
  void whatOnlyWeMaySayIsTakenOut(String field) {
    String message = "Received: from a\r\n by b\r\n" + field + "\r\n" + REST;
    assertThat(filtered(message)).isEqualTo("Received: from a\r\n by b\r\n" + REST);
    assertThat(filtered(field + "\r\n")).as("without an end").isEmpty();
    assertThat(filtered(field)).as("without a line end").isEmpty();
    assertThat(filtered("\r\n" + field)).as("in the body").isEqualTo("\r\n" + field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authentication-Results: other.example; spf=pass",
        "Authentication-Results: other.example 1; spf=pass",
        "Authentication-Results: sub.our.example;\r\n\tspf=pass",
        "Authentication-Results: sub(x). our . example;\r\n\tspf=pass",
        "Authentication-Results: other.example our.example; spf=pass",
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=our.example",
        "Authentication-Results: (our.example) other.example; spf=pass",
        "Authentication-Results: other.example (our.example); spf=pass smtp.mailfrom=our.example",
        "Authentication-Results-Old: our.example; spf=pass",
        "ARC-Authentication-Results: i=1; our.example; spf=pass",
        "Subject: Authentication-Results: our.example; spf=pass",
        "Subject: a\r\n Authentication-Results: our.example; spf=pass",
        "no field at all",
        ": nothing",
        "",
        "X: \u00e9\u0000\u00ff",
      })
  void allElseStays(String field) {
    String message = "Received: from a\r\n by b\r\n" + field + "\r\n" + REST;
    assertThat(filtered(message)).isEqualTo(message);
    assertThat(filtered(field)).isEqualTo(field);
    assertThat(filtered(field + "\n\n")).isEqualTo(field + "\n\n");
  }

  @Test
  void noMoreThanAFewOctetsAreHeld() {
    String folded = "Authentication-Results:" + "\r\n ".repeat(10_000) + "our.example; a=b\r\n";
    assertThat(filtered(folded + REST)).isEqualTo(REST);
    String name = "Authentication-Results" + " ".repeat(20_000) + ": our.example; a=b\r\n";
    assertThat(filtered(name + REST)).isEqualTo(REST);
    String other = "Authentication-Results: other.example; " + "a=b; ".repeat(10_000) + "\r\n";
    assertThat(filtered(other + REST)).isEqualTo(other + REST);
    String line = "x".repeat(100_000) + "\r\n";
    assertThat(filtered(line + REST)).isEqualTo(line + REST);
  }

  @Test
  void whatWasTakenOutIsCounted() throws IOException {
    var filter = new ForeignResults(List.of("our.example"), Set.of(), (b, off, len) -> {});
    String field = "Authentication-Results: our.example; none\r\n";
    filter.write(
        (field + field + "A: b\r\n").getBytes(StandardCharsets.UTF_8), 0, 2 * field.length() + 6);
    filter.end();
    assertThat(filter.removed()).isEqualTo(2);
  }

  /// In slices of every size there is the same.
  private static String filtered(String message) {
    byte[] in = message.getBytes(StandardCharsets.UTF_8);
    String whole = filtered(in, in.length);
    for (int size : new int[] {1, 2, 3, 7, 1000}) {
      assertThat(filtered(in, size)).as("in slices of %d", size).isEqualTo(whole);
    }
    return whole;
  }

  private static String filtered(byte[] in, int size) {
    var out = new ByteArrayOutputStream();
    var filter =
        new ForeignResults(
            List.of("Our.example", "bücher.example"), Set.of("X-Posthorn-Verdict"), out::write);
    try {
      for (int i = 0; i < in.length; i += size) {
        filter.write(in, i, Math.min(size, in.length - i));
      }
      filter.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
